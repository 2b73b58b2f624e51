package dev.fourfold.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeAccess;
import dev.fourfold.metadata.access.NewUser;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser is given to sign in by, and that it does not ask by itself. */
class SignInPageTest {

    private static final String EXPERIMENT = "mlflow/experiments/get?experiment_id=0";

    @TempDir
    static Path folder;

    private static ApplicationContext context;
    private static Door door;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("index.html"), "<title>MLflow</title>");
        context = ApplicationContext.run(Map.of(
                "micronaut.server.port",
                -1,
                "fourfold.cache.enabled",
                "false",
                "micronaut.server.thread-selection",
                "BLOCKING",
                "fourfold.security.sign-in",
                "REQUIRED",
                "fourfold.mlflow.ui",
                folder.toString()));
        context.getBean(EmbeddedServer.class).start();
        door = context.getBean(Door.class);
        context.getBean(FakeAccess.class).createUser(new NewUser("ann", "correct horse battery", false));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void mlflowsPage_isForWhoIsSignedIn_othersAreSentToTheForm() {
        HttpResponse<String> stranger = door.get("/");
        assertThat(stranger.statusCode()).isEqualTo(303);
        assertThat(stranger.headers().firstValue("Location")).hasValue("/sign-in");
        var opened = door.post("/api/v1/sessions", "{\"username\":\"ann\",\"password\":\"correct horse battery\"}");
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        HttpResponse<String> ann =
                door.send(HttpRequest.newBuilder(door.uri("/")).header("Cookie", cookie));
        assertThat(ann.statusCode()).isEqualTo(200);
        assertThat(ann.body()).contains("MLflow");
    }

    @Test
    void theForm_runsItsOwnScriptOnly_andInNobodysFrame() {
        HttpResponse<String> form = door.get("/sign-in");
        assertThat(form.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(form.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'"));
        assertThat(form.body()).contains("<script type=\"module\" src=\"/sign-in.js\"></script>");
        assertThat(door.get("/sign-in.js").headers().firstValue("Content-Type"))
                .hasValue("text/javascript; charset=utf-8");
    }

    @Test
    void aBrowser_asksForAPasswordByItself_onlyWhereNoPageDoes() {
        assertThat(challenge("/api/2.0/" + EXPERIMENT)).startsWith("Basic ");
        assertThat(challenge("/api/v1/sessions")).startsWith("Basic ");
        assertThat(challenge("/ajax-api/2.0/" + EXPERIMENT)).startsWith("Bearer ");
        assertThat(challenge("/api/v1/sessions", "X-Requested-With", "fetch")).startsWith("Bearer ");
        assertThat(challenge("/api/v1/sessions", "Sec-Fetch-Dest", "empty")).startsWith("Bearer ");
        assertThat(challenge("/api/v1/sessions", "Sec-Fetch-Dest", "document")).startsWith("Basic ");
    }

    @Test
    void aFormOfAnotherPage_opensNoSession() {
        var form = HttpRequest.newBuilder(door.uri("/api/v1/sessions"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"ann\",\"password\":\"correct horse battery\"}"));
        HttpResponse<String> answer = door.send(form);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    private static String challenge(String path, String... headers) {
        var request = HttpRequest.newBuilder(door.uri(path));
        HttpResponse<String> answer = door.send(headers.length == 0 ? request : request.headers(headers));
        assertThat(answer.statusCode()).isEqualTo(401);
        return answer.headers().firstValue("WWW-Authenticate").orElseThrow();
    }
}
