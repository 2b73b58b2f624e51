package dev.fourfold.cache.http;

import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.StateOperationsContract;
import dev.fourfold.cache.state.ValueOperations;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Training state as the gateway reaches it when cache-svc is a process of its own. */
final class ITStateOverHttp extends StateOperationsContract {

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
                return client(GroundOperations.class)
                                .usage("n", limits(1, 1, false))
                                .keys()
                        >= 0;
            } catch (ProblemException e) {
                return false;
            }
        });
    }

    /** This context has the services too; the gateway's has the clients only. */
    private static <T> T client(Class<T> type) {
        return gateway.getBeansOfType(type).stream()
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
    protected BarrierOperations barriers() {
        return client(BarrierOperations.class);
    }

    @Override
    protected GroundOperations grounds() {
        return client(GroundOperations.class);
    }

    @Override
    protected LeaseOperations leases() {
        return client(LeaseOperations.class);
    }

    @Override
    protected ValueOperations values() {
        return client(ValueOperations.class);
    }
}
