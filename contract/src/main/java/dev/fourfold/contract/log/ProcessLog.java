package dev.fourfold.contract.log;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how this process logs, before anything does: as text for people, or as a JSON object a line for collectors, by
 * {@link #FORMAT}. Whoever names a configuration of logback's own is left alone.
 */
public final class ProcessLog {

    /** The environment variable: {@code text} or {@code json}. */
    public static final String FORMAT = "FOURFOLD_LOG_FORMAT";

    private static final String FILE = "logback.configurationFile";
    private static final Set<String> FORMATS = Set.of("text", "json");

    private ProcessLog() {}

    /**
     * Called first of all in a main; ends the process where the setting is wrong.
     *
     * @param service what the lines name this process
     */
    public static void begin(String service) {
        if (System.getProperty(FILE) != null) {
            return;
        }
        try {
            System.setProperty("fourfold.log.format", format(System.getenv(FORMAT)));
        } catch (IllegalArgumentException e) {
            System.err.println(service + " cannot start: " + e.getMessage());
            System.exit(1);
        }
        System.setProperty("fourfold.log.service", service);
        System.setProperty(FILE, "fourfold-logback.xml");
    }

    /** @throws IllegalArgumentException for what is no format */
    static String format(@Nullable String given) {
        String format = given == null || given.isEmpty() ? "text" : given;
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException(FORMAT + " is '" + format + "', but must be text or json");
        }
        return format;
    }
}
