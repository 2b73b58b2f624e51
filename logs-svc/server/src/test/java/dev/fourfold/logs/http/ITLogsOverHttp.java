package dev.fourfold.logs.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.LogOperationsContract;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.core.io.scan.ClassPathResourceLoader;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITLogsOverHttp extends LogOperationsContract {

    @TempDir
    static Path folder;

    private static EmbeddedServer server;
    private static ApplicationContext caller;

    @BeforeAll
    static void start() {
        server = ApplicationContext.builder()
                .propertySources(yml("logs-svc"), yml("logs-process"))
                .properties(Map.of(
                        "micronaut.server.port",
                        -1,
                        "fourfold.mongo.url",
                        TemporaryStores.mongo().url(),
                        "fourfold.mongo.durability-lag",
                        "0s",
                        "fourfold.logs.journal-folder",
                        folder.toString()))
                .run(EmbeddedServer.class);
        caller = ApplicationContext.builder()
                .properties(Map.of("fourfold.logs.url", server.getURI().toString()))
                .start();
    }

    @AfterAll
    static void stop() {
        caller.close();
        server.close();
    }

    @Test
    void caller_holdsTheClientAlone() {
        assertThat(caller.getBeansOfType(LogOperations.class)).hasSize(1);
        assertThat(caller.getBeansOfType(LineStore.class)).isEmpty();
        assertThat(server.getApplicationContext().getBeansOfType(LogOperations.class))
                .hasSize(1);
    }

    @Test
    void body_thatIsNoBatch_isRefused() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            for (byte[] body :
                    new byte[][] {{}, {1}, {9, 9, 9}, new byte[100], {1, 0, 0, 0, 1, 'a', 127, -1, -1, -1}}) {
                var request = HttpRequest.newBuilder(server.getURI().resolve("/lines"))
                        .header("Content-Type", "application/vnd.fourfold.lines")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
                assertThat(http.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(400);
            }
        }
    }

    @Override
    protected LogOperations logs() {
        return caller.getBean(LogOperations.class);
    }

    @Override
    protected StoreOperations store() {
        return caller.getBean(StoreOperations.class);
    }

    private static PropertySource yml(String name) {
        return new YamlPropertySourceLoader()
                .load(name, ClassPathResourceLoader.defaultLoader(ITLogsOverHttp.class.getClassLoader()))
                .orElseThrow();
    }
}
