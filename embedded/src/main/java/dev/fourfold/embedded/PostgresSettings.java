package dev.fourfold.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How the embedded PostgreSQL is started.
 *
 * @param folder where it keeps everything; made when absent
 * @param port its port on the loopback address, 0 for a free one
 * @param server settings of the server that come on top of, or replace, {@link PostgresStore#DEFAULTS}
 * @param startLimit how long it may take to be ready, recovery after a crash included
 */
public record PostgresSettings(Path folder, int port, Map<String, String> server, Duration startLimit) {

    public PostgresSettings {
        server = Map.copyOf(server);
    }

    /** The defaults, in this folder, at this port (0 for a free one). */
    public static PostgresSettings in(Path folder, int port) {
        return new PostgresSettings(folder, port, Map.of(), Duration.ofMinutes(2));
    }

    /** The same with these settings of the server on top. */
    public PostgresSettings with(Map<String, String> server) {
        return new PostgresSettings(folder, port, server, startLimit);
    }
}
