package dev.fourfold.standalone.up;

import dev.fourfold.gateway.security.DoorTls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What to start and where.
 *
 * @param home the folder of the repository or the distribution, where the services' jars are
 * @param dataDir where all data lives
 * @param host the address that the gateway listens at
 * @param port the gateway's port
 * @param separate whether each service is a process of its own
 * @param servicePorts the first of the services' ports in the separate form; 0 for free ones
 * @param metricsInstances how many instances of metrics-svc share the runs
 * @param logsInstances how many instances of logs-svc share the runs
 * @param supervise whether a process that ends by itself is started again
 * @param given settings from the configuration file and the environment, by property name
 */
public record Settings(
        Path home,
        Path dataDir,
        String host,
        int port,
        boolean separate,
        int servicePorts,
        int metricsInstances,
        int logsInstances,
        boolean supervise,
        Map<String, String> given) {

    /** Copies the map. */
    public Settings {
        given = Map.copyOf(given);
    }

    /** How many instances of a service run: {@code metrics} or {@code logs} may have several. */
    int instances(String name) {
        return switch (name) {
            case "metrics" -> metricsInstances;
            case "logs" -> logsInstances;
            default -> 1;
        };
    }

    /** A setting from the file or the environment. */
    Optional<String> given(String property) {
        return Optional.ofNullable(given.get(property)).filter(value -> !value.isBlank());
    }

    /** Whether the gateway's port speaks TLS. */
    boolean tls() {
        return given(DoorTls.CERTIFICATE).isPresent();
    }

    /** Whether only this machine can reach the gateway. */
    boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The address for people and clients. */
    String publicUrl() {
        String shown = host.equals("0.0.0.0") || host.equals("::") || loopback() ? "127.0.0.1" : host;
        return (tls() ? "https://" : "http://") + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port;
    }
}
