package dev.fourfold.embedded;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MongoDB's protocol over WiredTiger, served by SecantusDB's {@code secantusd-py} on the loopback address only. For tests:
 * a second engine beside {@link MongoStore}, with indexes, expiry and change streams. It syncs the writes that ask for it.
 */
public final class SecantusStore extends ProcessStore {

    private static final Logger LOG = LoggerFactory.getLogger(SecantusStore.class);

    private static final String PART = "mongodb";
    private static final String NAME = "secantusdb";
    private static final String VERSION = "0.7.0b3";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 2_000;

    private SecantusStore(StoreProcess process, Path folder) {
        super(process, folder, PART, NAME, VERSION);
    }

    /**
     * Starts it; the first time on a machine it is installed from PyPI into the tools folder, which takes Python 3.10.
     *
     * @param progress gets a line for people when something takes long
     * @throws EmbeddedStoreException when it cannot be installed or started, the folder is in use or the port is taken
     */
    public static SecantusStore start(Path path, int port, Consumer<String> progress) {
        return started(NAME, path, folder -> {
            var python = Tools.once(
                            Tools.folder(), NAME + "-" + VERSION, Path.of(""), empty -> install(empty, progress))
                    .resolve("bin/python");
            var program = python.toRealPath().getFileName().toString();
            var data = PrivateFiles.folder(folder.path().resolve("data"));
            StoreProcess.stopLeftOvers(folder, PART, program, data.toString(), ProcessHandle::destroy, STOP_LIMIT);
            var process = StoreProcess.start(
                    folder,
                    PART,
                    port,
                    at -> new StoreProcess.Launch(
                            PART,
                            program,
                            data.toString(),
                            List.of(
                                    python.toString(),
                                    "-m",
                                    "secantus",
                                    "--host",
                                    HOST,
                                    "--port",
                                    Integer.toString(at),
                                    "--storage-path",
                                    data.toString(),
                                    "--cache-size",
                                    "256M"),
                            Map.of("PYTHONUNBUFFERED", "1"),
                            () -> Files.createDirectories(data),
                            _ -> answers(at),
                            ProcessHandle::destroy,
                            null,
                            START_LIMIT,
                            STOP_LIMIT));
            return new SecantusStore(process, folder.path());
        });
    }

    /** An environment works wherever it is moved to, as long as its scripts are not called by their names. */
    private static void install(Path empty, Consumer<String> progress) throws IOException, InterruptedException {
        var python = StoreProcess.onPath("python3")
                .orElseThrow(() -> new IOException("there is no python3 on the PATH to install " + NAME + " with"));
        progress.accept("Installing " + NAME + " " + VERSION + " with " + python + ", once ...");
        StoreProcess.output(null, List.of(python.toString(), "-m", "venv", empty.toString()));
        StoreProcess.output(
                null,
                List.of(
                        empty.resolve("bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        NAME + "==" + VERSION));
    }

    /** It listens once it can serve. */
    private static boolean answers(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(Ports.address(port), ANSWER_MILLIS);
            return true;
        } catch (SocketException | SocketTimeoutException e) {
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    /** The connection string; a replica set of one, asked for directly. */
    @Override
    public String url() {
        return "mongodb://" + HOST + ":" + port() + "/?directConnection=true";
    }
}
