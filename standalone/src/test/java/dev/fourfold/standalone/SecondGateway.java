package dev.fourfold.standalone;

import dev.fourfold.embedded.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** Another gateway over the services of a platform that runs in separate processes, from its own jar. */
final class SecondGateway {

    private static final Pattern SERVICE = Pattern.compile("(?m)^  (\\w+)-svc +port (\\d+) ");

    private SecondGateway() {}

    /** Starts it, given nothing but the services' addresses. */
    static ServerProcess beside(LaunchedPlatform platform) throws IOException, InterruptedException {
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
        SERVICE.matcher(platform.printed())
                .results()
                .forEach(service -> builder.environment()
                        .put(
                                "FOURFOLD_" + service.group(1).toUpperCase(Locale.ROOT) + "_URL",
                                "http://127.0.0.1:" + service.group(2)));
        return ServerProcess.awaited(builder.start(), port, log);
    }
}
