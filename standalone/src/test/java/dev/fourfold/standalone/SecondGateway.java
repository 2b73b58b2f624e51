package dev.fourfold.standalone;

import dev.fourfold.embedded.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Another gateway over the services of a platform that runs in separate processes, from its own jar. */
public final class SecondGateway {

    private static final Pattern SERVICE = Pattern.compile("(?m)^  (\\w+)-svc(?:-\\d+)? +port (\\d+) ");

    private SecondGateway() {}

    /** Starts it, given nothing but the services' addresses and their secret. */
    static ServerProcess beside(LaunchedPlatform platform) throws IOException, InterruptedException {
        return beside(platform, Map.of());
    }

    /** The same with these environment variables on top. */
    static ServerProcess beside(LaunchedPlatform platform, Map<String, String> environment)
            throws IOException, InterruptedException {
        return beside(platform, String.join(",", addresses(platform, "metrics")), environment);
    }

    /** The addresses of a service's instances, in their order. */
    public static List<String> addresses(LaunchedPlatform platform, String service) throws IOException {
        return SERVICE.matcher(platform.printed())
                .results()
                .filter(line -> line.group(1).equals(service))
                .map(line -> "http://127.0.0.1:" + line.group(2))
                .toList();
    }

    /** The same with a list of its own of metrics-svc's instances. */
    public static ServerProcess beside(LaunchedPlatform platform, String metricsAddresses)
            throws IOException, InterruptedException {
        return beside(platform, metricsAddresses, Map.of());
    }

    private static ServerProcess beside(
            LaunchedPlatform platform, String metricsAddresses, Map<String, String> environment)
            throws IOException, InterruptedException {
        int port = Ports.claim("second gateway", 0);
        Path log = Path.of("target/second-gateway.log").toAbsolutePath();
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        LaunchedPlatform.HOME
                                .resolve("gateway/target/gateway.jar")
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("FOURFOLD_PORT", Integer.toString(port));
        for (String service : List.of("metadata", "logs", "cache", "artifacts")) {
            builder.environment()
                    .put(
                            "FOURFOLD_" + service.toUpperCase(Locale.ROOT) + "_URL",
                            String.join(",", addresses(platform, service)));
        }
        builder.environment().put("FOURFOLD_METRICS_URL", metricsAddresses);
        builder.environment().put("FOURFOLD_SERVICE_SECRET", platform.serviceSecret());
        builder.environment().putAll(environment);
        return ServerProcess.awaited(builder.start(), port, log);
    }
}
