package dev.fourfold.metadata;

import io.micronaut.context.ApplicationContext;
import java.util.HashMap;
import java.util.Map;

/** The service as the one-JVM form has it: its beans in a context, and no HTTP. */
public final class OneProcess {

    private OneProcess() {}

    /** On a database of its own, with other settings than the defaults. */
    public static ApplicationContext start(Map<String, Object> database, Map<String, Object> settings) {
        var properties = new HashMap<>(database);
        properties.putAll(settings);
        return ApplicationContext.builder()
                .propertySources(MetadataDefaults.everywhere())
                .properties(properties)
                .start();
    }

    /** On a database of its own. */
    public static ApplicationContext start(Map<String, Object> database) {
        return start(database, Map.of());
    }
}
