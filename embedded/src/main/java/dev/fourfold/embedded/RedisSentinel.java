package dev.fourfold.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis Sentinel that watches over a primary with the same password as its replicas: for tests. It takes a
 * primary that has not answered for a second for dead. What it learns it keeps in its settings file.
 */
public final class RedisSentinel extends ProcessStore {

    /** What it calls the primary. */
    public static final String PRIMARY = "fourfold";

    private static final Logger LOG = LoggerFactory.getLogger(RedisSentinel.class);
    private static final String PART = "redis-sentinel";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 2_000;

    private RedisSentinel(StoreProcess process, Path folder, String version) {
        super(process, folder, PART, "Redis Sentinel", version);
    }

    /**
     * Starts one at this port (0 for a free one).
     *
     * @param password of the primary and its replicas
     * @param quorum how many Sentinels must agree that the primary is dead
     */
    public static RedisSentinel start(Path folder, int port, int primaryPort, String password, int quorum) {
        return start(folder, port, primaryPort, password, quorum, Map.of());
    }

    /**
     * Starts one as above.
     *
     * @param more settings of its own, as in {@code redis.conf}
     */
    public static RedisSentinel start(
            Path folder, int port, int primaryPort, String password, int quorum, Map<String, String> more) {
        return started(PART, folder, locked -> {
            var program = RedisProgram.find();
            var name = program.executable().getFileName().toString();
            var configuration = locked.path().resolve("sentinel.conf");
            StoreProcess.stopLeftOvers(locked, PART, name, configuration.toString(), RedisSentinel::terminate, LIMIT);
            var process = StoreProcess.start(
                    locked,
                    PART,
                    port,
                    chosen -> new StoreProcess.Launch(
                            PART,
                            name,
                            configuration.toString(),
                            List.of(program.executable().toString(), configuration.toString(), "--sentinel"),
                            Map.of(),
                            () -> {
                                // What it learnt of the primary and of its own epoch stands in the file that is there.
                                if (!Files.exists(configuration)) {
                                    PrivateFiles.write(
                                            configuration,
                                            configuration(locked.path(), chosen, primaryPort, password, quorum)
                                                    + lines(more));
                                }
                            },
                            _ -> answers(chosen),
                            RedisSentinel::terminate,
                            null,
                            LIMIT,
                            LIMIT));
            return new RedisSentinel(process, locked.path(), program.version());
        });
    }

    private static void terminate(ProcessHandle process) {
        process.destroy();
    }

    private static String configuration(Path folder, int port, int primaryPort, String password, int quorum) {
        return """
                port %d
                bind 127.0.0.1
                dir "%s"
                daemonize no
                set-proc-title no
                sentinel monitor %5$s 127.0.0.1 %3$d %4$d
                sentinel auth-pass %5$s %6$s
                sentinel down-after-milliseconds %5$s 1000
                sentinel failover-timeout %5$s 5000
                """.formatted(port, folder, primaryPort, quorum, PRIMARY, password);
    }

    private static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " \"" + setting.getValue() + "\"\n")
                .collect(Collectors.joining());
    }

    private static boolean answers(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(Ports.address(port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String answer = in.readLine();
            return answer != null && (answer.equals("+PONG") || answer.startsWith("-NOAUTH"));
        } catch (SocketException | SocketTimeoutException e) {
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    /** The address that finds the primary through this Sentinel alone; the credentials of Redis are to be put in. */
    @Override
    public String url() {
        return "redis-sentinel://" + HOST + ":" + port() + "#" + PRIMARY;
    }
}
