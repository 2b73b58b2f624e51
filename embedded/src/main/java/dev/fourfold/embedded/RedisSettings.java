package dev.fourfold.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How the embedded Redis is started.
 *
 * @param folder where it keeps everything; made when absent
 * @param port its port on the loopback address, 0 for a free one
 * @param server settings of {@code redis.conf} that come on top of, or replace, {@link RedisStore#DEFAULTS}
 * @param startLimit how long it may take to be ready, reading its file included
 */
public record RedisSettings(Path folder, int port, Map<String, String> server, Duration startLimit) {

    public RedisSettings {
        server = Map.copyOf(server);
    }

    /** The defaults, in this folder, at this port (0 for a free one). */
    public static RedisSettings in(Path folder, int port) {
        return new RedisSettings(folder, port, Map.of(), Duration.ofMinutes(1));
    }

    /** The same with these settings of the server on top. */
    public RedisSettings with(Map<String, String> server) {
        return new RedisSettings(folder, port, server, startLimit);
    }
}
