package dev.fourfold.standalone.up;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.gateway.security.DoorTls;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The gateway and the five services in this JVM: the gateway calls them as plain objects. */
final class OneJvm implements Services {

    private static final String CONFIG_FILES = String.join(
            ",",
            "classpath:gateway.yml",
            "classpath:metadata-svc.yml",
            "classpath:metrics-svc.yml",
            "classpath:logs-svc.yml",
            "classpath:cache-svc.yml",
            "classpath:artifacts-svc.yml");

    private final ApplicationContext context;
    private final EmbeddedServer server;

    private OneJvm(ApplicationContext context, EmbeddedServer server) {
        this.context = context;
        this.server = server;
    }

    static OneJvm start(Settings settings, Map<String, String> properties) {
        System.setProperty("micronaut.config.files", CONFIG_FILES);
        var all = new LinkedHashMap<String, Object>(properties);
        all.put("micronaut.server.host", settings.host());
        int port = settings.port() == 0 ? -1 : settings.port();
        all.put("micronaut.server.port", port);
        all.putAll(DoorTls.properties(properties::get, Integer.toString(port)));
        ApplicationContext context =
                ApplicationContext.builder().properties(all).banner(false).start();
        try {
            return new OneJvm(context, context.getBean(EmbeddedServer.class).start());
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    @Override
    public List<String> lines() {
        return List.of("gateway and services: one JVM, process "
                + ProcessHandle.current().pid());
    }

    @Override
    public Optional<StoreStatus> metricStore() {
        return Optional.of(context.getBean(StoreOperations.class, Qualifiers.byName("metrics"))
                .status());
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void restartWhatEnded() {
        // Nothing can end alone.
    }

    @Override
    public void close() {
        server.stop();
        context.close();
    }
}
