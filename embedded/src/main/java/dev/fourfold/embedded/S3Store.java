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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3-compatible server, versitygw on a folder, that listens on the loopback address only. For tests: {@code up} keeps
 * artifacts in a directory unless it is given an S3.
 */
public final class S3Store extends ProcessStore {

    /** The region that requests are signed for. */
    public static final String REGION = "us-east-1";

    /** The access key; its secret is {@link #secretKey()}. */
    public static final String ACCESS_KEY = "fourfold";

    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

    private static final String PART = "artifact-store";
    private static final String NAME = "versitygw";
    private static final String VERSION = "1.8.0";
    private static final String MODULE = "github.com/versity/versitygw/cmd/versitygw";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 2_000;

    private final String secretKey;

    private S3Store(StoreProcess process, Path folder, String secretKey) {
        super(process, folder, PART, NAME, VERSION);
        this.secretKey = secretKey;
    }

    /**
     * Starts it, without any bucket; the first time on a machine it is built, by the Go tool.
     *
     * @param progress gets a line for people when something takes long
     * @throws EmbeddedStoreException when it cannot be built or started, the folder is in use or the port is taken
     */
    public static S3Store start(Path path, int port, Consumer<String> progress) {
        return started(PART, path, folder -> {
            var program = Tools.once(
                    Tools.folder(), NAME, Path.of(NAME), empty -> GoTool.install(MODULE, VERSION, "", empty, progress));
            var data = PrivateFiles.folder(folder.path().resolve("data"));
            StoreProcess.stopLeftOvers(folder, PART, NAME, data.toString(), ProcessHandle::destroy, STOP_LIMIT);
            var secret = PrivateFiles.secret(folder.path().resolve("password"));
            var process = StoreProcess.start(
                    folder,
                    PART,
                    port,
                    at -> new StoreProcess.Launch(
                            PART,
                            NAME,
                            data.toString(),
                            List.of(
                                    program.toString(),
                                    "--port",
                                    HOST + ":" + at,
                                    "--region",
                                    REGION,
                                    "--keep-alive",
                                    "--quiet",
                                    "posix",
                                    data.toString()),
                            Map.of("ROOT_ACCESS_KEY", ACCESS_KEY, "ROOT_SECRET_KEY", secret),
                            () -> Files.createDirectories(data),
                            _ -> answers(at),
                            ProcessHandle::destroy,
                            null,
                            START_LIMIT,
                            STOP_LIMIT));
            return new S3Store(process, folder.path(), secret);
        });
    }

    /** Any answer will do: without a signature it is a refusal. */
    private static boolean answers(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(Ports.address(port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var status = in.readLine();
            return status != null && status.startsWith("HTTP/1.1 ");
        } catch (SocketException | SocketTimeoutException e) {
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    /** The secret of {@link #ACCESS_KEY}. */
    public String secretKey() {
        return secretKey;
    }

    /** The endpoint of its S3 API; buckets are addressed by path. */
    @Override
    public String url() {
        return "http://" + HOST + ":" + port();
    }
}
