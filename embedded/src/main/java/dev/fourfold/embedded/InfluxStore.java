package dev.fourfold.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real {@code influxd} 1.8 that has each write on the disk before it answers, keeps its series index on the disk, and
 * listens on the loopback address only. It asks for a user and the password that is in the folder's {@code password}
 * file, mode 0600: an InfluxDB 1.8 without one obeys every web page that the user's browser opens, as it allows every
 * origin.
 */
public final class InfluxStore extends ProcessStore {

    /** The user, who may do everything. */
    public static final String USER = "fourfold";

    private static final Logger LOG = LoggerFactory.getLogger(InfluxStore.class);

    private static final String PART = "influxdb";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int WRONG_PASSWORD = 401;
    private static final int NO_USER_YET = 403;

    private final String password;

    private InfluxStore(StoreProcess process, Path folder, String version, String password) {
        super(process, folder, PART, "InfluxDB", version);
        this.password = password;
    }

    /** Starts it with the default settings. */
    public static InfluxStore start(Path folder, int port, InfluxBinary binary) {
        return start(InfluxSettings.in(folder, port, binary));
    }

    /**
     * Starts it, after stopping one that a killed JVM left on this folder; returns when it answers queries.
     *
     * @throws EmbeddedStoreException when the folder is in use, the port is taken, or the server does not start
     */
    public static InfluxStore start(InfluxSettings settings) {
        return started(PART, settings.folder(), folder -> {
            var executable = settings.binary().executable();
            var name = executable.getFileName().toString();
            var configuration = folder.path().resolve("influxdb.conf");
            StoreProcess.stopLeftOvers(
                    folder, PART, name, configuration.toString(), InfluxStore::terminate, STOP_LIMIT);
            var password = PrivateFiles.secret(folder.path().resolve("password"));
            var process = StoreProcess.start(
                    folder,
                    PART,
                    settings.port(),
                    port -> new StoreProcess.Launch(
                            PART,
                            name,
                            configuration.toString(),
                            List.of(executable.toString(), "run", "-config", configuration.toString()),
                            settings.environment(),
                            () -> PrivateFiles.write(
                                    configuration, configuration(folder.path(), port, settings.walFsyncDelay())),
                            _ -> answers(port, password),
                            InfluxStore::terminate,
                            null,
                            settings.startLimit(),
                            STOP_LIMIT));
            return new InfluxStore(process, folder.path(), settings.binary().version(), password);
        });
    }

    private static void terminate(ProcessHandle process) {
        process.destroy();
    }

    private static String configuration(Path folder, int port, Duration walFsyncDelay) {
        return """
                # Written anew at every start.
                reporting-disabled = true
                # For its own backup tool; any free port.
                bind-address = "%1$s:0"
                [meta]
                  dir = "%3$s/data/meta"
                  logging-enabled = false
                [data]
                  dir = "%3$s/data/data"
                  wal-dir = "%3$s/data/wal"
                  index-version = "tsi1"
                  wal-fsync-delay = "%4$dms"
                  query-log-enabled = false
                  # An experiment may have more names and runs than the limits that guard a shared server.
                  max-series-per-database = 0
                  max-values-per-tag = 0
                [coordinator]
                  write-timeout = "30s"
                [retention]
                  enabled = true
                  check-interval = "10m"
                [monitor]
                  store-enabled = false
                [subscriber]
                  enabled = false
                [continuous_queries]
                  enabled = true
                  log-enabled = false
                [http]
                  bind-address = "%1$s:%2$d"
                  auth-enabled = true
                  log-enabled = false
                  write-tracing = false
                  pprof-enabled = false
                  flux-enabled = false
                  max-body-size = 134217728
                  max-row-limit = 0
                [logging]
                  level = "warn"
                  suppress-logo = true
                """.formatted(HOST, port, folder, walFsyncDelay.toMillis());
    }

    /** Whether our user may query; at the first start that user is made, which InfluxDB lets anybody do once. */
    private static boolean answers(int port, String password) throws IOException, InterruptedException {
        try (var client = HttpClient.newBuilder()
                .connectTimeout(ANSWER_LIMIT)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            var status = query(client, port, password, "SHOW DATABASES");
            if (status == NO_USER_YET) {
                query(
                        client,
                        port,
                        "",
                        "CREATE USER " + USER + " WITH PASSWORD '" + password + "' WITH ALL PRIVILEGES");
                status = query(client, port, password, "SHOW DATABASES");
            }
            if (status == WRONG_PASSWORD) {
                throw new EmbeddedStoreException("The data of InfluxDB belongs to a user with another password than the"
                        + " one in the folder's file \"password\": put the former file back.");
            }
            return status == OK;
        } catch (IOException e) {
            // Not listening yet, or somebody else is, in which case influxd is about to end and say so.
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    private static int query(HttpClient client, int port, String password, String statement)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + "/query"))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("q=" + URLEncoder.encode(statement, StandardCharsets.UTF_8)));
        if (!password.isEmpty()) {
            var credentials = (USER + ":" + password).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The HTTP address, without user and password. */
    @Override
    public String url() {
        return "http://" + HOST + ":" + port();
    }

    /** The user to sign in as. */
    public String user() {
        return USER;
    }

    /** The user's password. */
    public String password() {
        return password;
    }
}
