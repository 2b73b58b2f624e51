package dev.fourfold.metadata;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.HashMap;
import java.util.Map;

/** The service behind HTTP, and a caller that has only the clients, as {@code --separate} has it. */
public final class TwoProcesses implements AutoCloseable {

    private final EmbeddedServer server;
    private final ApplicationContext caller;

    /** On a database of its own. */
    public TwoProcesses(Map<String, Object> database) {
        var properties = new HashMap<>(database);
        properties.put("micronaut.server.port", -1);
        this.server = ApplicationContext.builder()
                .propertySources(MetadataDefaults.everywhere(), MetadataDefaults.process())
                .properties(properties)
                .run(EmbeddedServer.class);
        this.caller = ApplicationContext.run(
                Map.of("fourfold.metadata.url", server.getURL().toString()));
    }

    /** What the other process injects. */
    public ApplicationContext caller() {
        return caller;
    }

    @Override
    public void close() {
        caller.close();
        server.close();
    }
}
