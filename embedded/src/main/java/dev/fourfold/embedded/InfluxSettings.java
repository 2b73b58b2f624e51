package dev.fourfold.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How the embedded InfluxDB is started.
 *
 * @param folder where it keeps everything; made when absent
 * @param port its port on the loopback address, 0 for a free one
 * @param binary the program
 * @param walFsyncDelay how long a write may wait for the disk; zero means that it is on the disk when it is answered
 * @param startLimit how long it may take to be ready, reading its write-ahead log included
 * @param environment more settings, by the names of influxd's environment variables: these win over all others
 */
public record InfluxSettings(
        Path folder,
        int port,
        InfluxBinary binary,
        Duration walFsyncDelay,
        Duration startLimit,
        Map<String, String> environment) {

    /** Copies the environment. */
    public InfluxSettings {
        environment = Map.copyOf(environment);
    }

    /** The defaults, in this folder, at this port (0 for a free one). */
    public static InfluxSettings in(Path folder, int port, InfluxBinary binary) {
        return new InfluxSettings(folder, port, binary, Duration.ZERO, Duration.ofMinutes(3), Map.of());
    }

    /** These settings and more of influxd's own, such as {@code INFLUXDB_HTTP_MAX_BODY_SIZE}. */
    public InfluxSettings withEnvironment(Map<String, String> more) {
        return new InfluxSettings(folder, port, binary, walFsyncDelay, startLimit, more);
    }
}
