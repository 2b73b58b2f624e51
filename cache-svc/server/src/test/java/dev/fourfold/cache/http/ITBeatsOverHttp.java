package dev.fourfold.cache.http;

import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.BeatOperationsContract;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Beats as the gateway tells them when cache-svc is a process of its own. */
final class ITBeatsOverHttp extends BeatOperationsContract {

    private static EmbeddedServer service;
    private static ApplicationContext gateway;

    @BeforeAll
    static void start() throws Exception {
        service = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "fourfold.redis.url", TemporaryStores.redis().url(),
                        "fourfold.state.redis.budget", "5s",
                        "fourfold.service.separate", "true",
                        "micronaut.server.port", "-1",
                        "micronaut.server.thread-selection", "BLOCKING"));
        gateway = ApplicationContext.run(Map.of(
                "fourfold.cache.url",
                "http://127.0.0.1:" + service.getPort(),
                "fourfold.cache.client.read-timeout",
                "10s",
                "fourfold.redis.url",
                TemporaryStores.redis().url()));
        await("Redis answers", () -> {
            try {
                return client().read("r").number() == null;
            } catch (ProblemException e) {
                return false;
            }
        });
    }

    /** This context has the services too; the gateway's has the clients only. */
    private static BeatOperations client() {
        return gateway.getBeansOfType(BeatOperations.class).stream()
                .filter(bean -> bean.getClass().getPackageName().endsWith(".client"))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        service.close();
    }

    @Override
    protected BeatOperations beats() {
        return client();
    }
}
