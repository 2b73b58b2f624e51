package dev.fourfold.cache.http;

import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** cache-svc over the tests' Redis as a process of its own is, and a context that reaches it as the gateway does. */
final class TwoProcesses implements AutoCloseable {

    private static final String LARGEST_REQUEST = "micronaut.server.max-request-size";

    private final EmbeddedServer service;
    private final ApplicationContext gateway;

    /** @param ofService more settings of the service. @param ofGateway more settings of the other */
    TwoProcesses(Map<String, Object> ofService, Map<String, Object> ofGateway) {
        var settings = new HashMap<String, Object>(Map.of(
                "fourfold.redis.url", TemporaryStores.redis().url(),
                "fourfold.service.separate", "true",
                "micronaut.server.host", "127.0.0.1",
                "micronaut.server.port", "-1",
                "micronaut.server.thread-selection", "BLOCKING"));
        settings.put(LARGEST_REQUEST, ofTheProcess(LARGEST_REQUEST));
        settings.putAll(ofService);
        service = ApplicationContext.run(EmbeddedServer.class, settings);
        settings.clear();
        settings.put("fourfold.cache.url", "http://127.0.0.1:" + service.getPort());
        settings.put("fourfold.redis.url", TemporaryStores.redis().url());
        settings.putAll(ofGateway);
        gateway = ApplicationContext.run(settings);
    }

    /** A setting as the process has it. */
    private static Object ofTheProcess(String setting) {
        try (var file = TwoProcesses.class.getResourceAsStream("/cache-process.yml")) {
            return Objects.requireNonNull(new YamlPropertySourceLoader()
                    .read("cache-process", Objects.requireNonNull(file))
                    .get(setting));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client's bean: this context has the service's too, which the gateway has not. */
    <T> T client(Class<T> type) {
        return client(gateway, type);
    }

    /** The client's bean of some context. */
    static <T> T client(ApplicationContext context, Class<T> type) {
        return context.getBeansOfType(type).stream()
                .filter(bean -> bean.getClass().getPackageName().endsWith(".client"))
                .findFirst()
                .orElseThrow();
    }

    /** All beans of a type in the context that is like the gateway. */
    <T> Collection<T> all(Class<T> type) {
        return gateway.getBeansOfType(type);
    }

    @Override
    public void close() {
        gateway.close();
        service.close();
    }
}
