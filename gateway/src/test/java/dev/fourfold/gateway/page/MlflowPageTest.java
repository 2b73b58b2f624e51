package dev.fourfold.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.gateway.Door;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MLflow's page from a folder: its files and nothing else. */
class MlflowPageTest {

    private static final String SECRET = "not for the public";

    @TempDir
    Path folder;

    private ApplicationContext context;
    private Door door;

    @BeforeEach
    void start() throws IOException {
        Path build = Files.createDirectories(folder.resolve("build"));
        Files.writeString(build.resolve("index.html"), "<title>MLflow</title>");
        Files.createDirectories(build.resolve("static/js"));
        Files.writeString(build.resolve("static/js/main.1a2b.js"), "let a = 1;");
        Files.writeString(build.resolve("favicon.ico"), "icon");
        Files.writeString(build.resolve("font.woff2"), "font");
        Files.writeString(build.resolve("unknown.kind"), "bytes");
        Files.writeString(folder.resolve("secret.txt"), SECRET);
        Files.createSymbolicLink(build.resolve("link.txt"), folder.resolve("secret.txt"));
        Files.createSymbolicLink(build.resolve("up"), folder);
        context = ApplicationContext.run(Map.of(
                "micronaut.server.port",
                -1,
                "fourfold.cache.enabled",
                "false",
                "micronaut.server.thread-selection",
                "BLOCKING",
                "fourfold.mlflow.ui",
                build.toString()));
        context.getBean(EmbeddedServer.class).start();
        door = context.getBean(Door.class);
    }

    @AfterEach
    void stop() {
        context.close();
    }

    @Test
    void index_isAtTheRoot_andNeverKept() {
        HttpResponse<String> answer = door.get("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("<title>MLflow</title>");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(header(door.get("/static-files/index.html"), "Cache-Control"))
                .isEqualTo("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "static/js/main.1a2b.js, text/javascript; charset=utf-8, let a = 1;",
        "favicon.ico, image/x-icon, icon",
        "font.woff2, font/woff2, font",
        "unknown.kind, application/octet-stream, bytes"
    })
    void files_areBelowStaticFiles_andKept(String path, String type, String content) {
        HttpResponse<String> answer = door.get("/static-files/" + path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(content);
        assertThat(header(answer, "Content-Type")).isEqualTo(type);
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("public, max-age=2419200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing.js",
                "../secret.txt",
                "%2e%2e/secret.txt",
                "%2e%2e%2fsecret.txt",
                "..%2fsecret.txt",
                "%252e%252e%252fsecret.txt",
                "static/../../secret.txt",
                "static/%2e%2e/index.html",
                "..%5csecret.txt",
                "/etc/passwd",
                "%2fetc%2fpasswd",
                "%00index.html",
                "index.html%00",
                "link.txt",
                "up/secret.txt",
                "static",
                "static/",
                ""
            })
    void everythingElse_isAbsent(String path) {
        String answer =
                door.raw("GET /static-files/" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain(SECRET, "root:");
    }

    @Test
    void absentFile_isToldAsMlflowTellsIt() {
        HttpResponse<String> answer = door.get("/static-files/nothing.js");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("<title>404 Not Found</title>");
    }

    @Test
    void withoutAFolder_theRootIsOurOwnPage() {
        try (var plain = ApplicationContext.run(
                Map.of("micronaut.server.port", -1, "fourfold.cache.enabled", "false", "fourfold.mlflow.ui", ""))) {
            plain.getBean(EmbeddedServer.class).start();
            Door own = plain.getBean(Door.class);
            assertThat(own.get("/").body()).contains("<h1>Fourfold</h1>");
            assertThat(own.get("/static-files/index.html").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void folderWithoutAnIndex_isRefusedAtTheStart() {
        for (String wrong : List.of(folder.toString(), folder.resolve("absent").toString())) {
            assertThatThrownBy(() -> new MlflowPage(new PageConfiguration(wrong)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("mlflow/server/js/build")
                    .hasMessageContaining(wrong);
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
