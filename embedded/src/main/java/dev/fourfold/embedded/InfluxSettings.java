package dev.fourfold.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the embedded InfluxDB is started.
 *
 * @param folder where it keeps everything; made when absent
 * @param port its port on the loopback address, 0 for a free one
 * @param binary the program
 * @param walFsyncDelay how long a write may wait for the disk; zero means that it is on the disk when it is answered
 * @param startLimit how long it may take to be ready, reading its write-ahead log included
 */
public record InfluxSettings(Path folder, int port, InfluxBinary binary, Duration walFsyncDelay, Duration startLimit) {

    /** The defaults, in this folder, at this port (0 for a free one). */
    public static InfluxSettings in(Path folder, int port, InfluxBinary binary) {
        return new InfluxSettings(folder, port, binary, Duration.ZERO, Duration.ofMinutes(3));
    }
}
