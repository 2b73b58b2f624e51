package dev.fourfold.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis that writes its append-only file, evicts nothing, listens on the loopback address only, and asks for the
 * password that is in the folder's {@code password} file, mode 0600. A killed process loses nothing that it has
 * answered; a machine that loses power loses up to about a second.
 */
public final class RedisStore extends ProcessStore {

    /** The settings that it runs with unless {@link RedisSettings#server()} says otherwise. */
    public static final Map<String, String> DEFAULTS = Map.of(
            "appendonly", "yes",
            "appendfsync", "everysec",
            "save", "\"\"",
            "maxmemory-policy", "noeviction",
            "databases", "16");

    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    private static final String PART = "redis";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 2_000;

    private final String password;

    private RedisStore(StoreProcess process, Path folder, String version, String password) {
        super(process, folder, PART, "Redis", version);
        this.password = password;
    }

    /** Starts it with the default settings. */
    public static RedisStore start(Path folder, int port) {
        return start(RedisSettings.in(folder, port));
    }

    /**
     * Starts it, after stopping one that a killed JVM left on this folder; returns when it answers.
     *
     * @throws EmbeddedStoreException when the folder is in use, the port is taken, or the server does not start
     */
    public static RedisStore start(RedisSettings settings) {
        return started(PART, settings.folder(), folder -> {
            var program = RedisProgram.find();
            var name = program.executable().getFileName().toString();
            var configuration = folder.path().resolve("redis.conf");
            StoreProcess.stopLeftOvers(folder, PART, name, configuration.toString(), RedisStore::terminate, STOP_LIMIT);
            PrivateFiles.folder(folder.path().resolve("data"));
            var password = PrivateFiles.secret(folder.path().resolve("password"));
            var process = StoreProcess.start(
                    folder,
                    PART,
                    settings.port(),
                    port -> new StoreProcess.Launch(
                            PART,
                            name,
                            configuration.toString(),
                            List.of(program.executable().toString(), configuration.toString()),
                            Map.of(),
                            () -> PrivateFiles.write(
                                    configuration, configuration(folder.path(), port, password, settings.server())),
                            _ -> answers(port, password),
                            RedisStore::terminate,
                            null,
                            settings.startLimit(),
                            STOP_LIMIT));
            return new RedisStore(process, folder.path(), program.version(), password);
        });
    }

    private static void terminate(ProcessHandle process) {
        process.destroy();
    }

    private static String configuration(Path folder, int port, String password, Map<String, String> server) {
        var all = new LinkedHashMap<>(new TreeMap<>(DEFAULTS));
        all.putAll(server);
        all.put("bind", HOST);
        all.put("port", Integer.toString(port));
        all.put("requirepass", password);
        all.put("dir", "\"" + folder.resolve("data") + "\"");
        all.put("daemonize", "no");
        // Its command line must go on naming this file: by that a later JVM knows the process as this folder's.
        all.put("set-proc-title", "no");
        return all.entrySet().stream()
                .map(setting -> setting.getKey() + " " + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static boolean answers(int port, String password) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(Ports.address(port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var signedIn = in.readLine();
            var pong = in.readLine();
            // While it reads its file it answers -LOADING.
            return "+OK".equals(signedIn) && "+PONG".equals(pong);
        } catch (SocketException | SocketTimeoutException e) {
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    @Override
    public String url() {
        return "redis://:" + password + "@" + HOST + ":" + port();
    }

    /** The password that every connection must give. */
    public String password() {
        return password;
    }
}
