package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL, its data durable when it says committed. It listens on the loopback address only and asks for the
 * password (SCRAM) that is in the folder's {@code password} file, mode 0600.
 */
public final class PostgresStore extends ProcessStore {

    /** The user, who owns the server, and the database, which is there from the first start. */
    public static final String USER = "fourfold";

    /** The settings that it runs with unless {@link PostgresSettings#server()} says otherwise. */
    public static final Map<String, String> DEFAULTS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_connections", "200",
            "shared_buffers", "128MB",
            "timezone", "UTC",
            "log_timezone", "UTC");

    private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);

    private static final String PART = "postgresql";
    private static final String PROGRAM = "postgres";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int STATUS_LINE = 7;

    private final String password;

    private PostgresStore(StoreProcess process, Path folder, String version, String password) {
        super(process, folder, PART, "PostgreSQL", version);
        this.password = password;
    }

    /** Starts it with the default settings. */
    public static PostgresStore start(Path folder, int port) {
        return start(PostgresSettings.in(folder, port));
    }

    /**
     * Starts it, after stopping one that a killed JVM left on this folder; returns when it takes connections.
     *
     * @throws EmbeddedStoreException when the folder is in use or was written by another major version, the port is
     *     taken, or the server does not start
     */
    public static PostgresStore start(PostgresSettings settings) {
        return started(PART, settings.folder(), folder -> {
            var program = PostgresProgram.unpacked();
            var version = program.version();
            var data = folder.path().resolve("data");
            refuseOtherMajor(data, version);
            StoreProcess.Stopping stopping = _ -> StoreProcess.output(
                    null, program.command("pg_ctl", List.of("stop", "-D", data.toString(), "-m", "fast", "-W")));
            StoreProcess.stopLeftOvers(folder, PART, PROGRAM, data.toString(), stopping, STOP_LIMIT);
            var password = PrivateFiles.secret(folder.path().resolve("password"));
            createCluster(program, folder.path(), data);
            var process = StoreProcess.start(
                    folder,
                    PART,
                    settings.port(),
                    port -> new StoreProcess.Launch(
                            PART,
                            PROGRAM,
                            data.toString(),
                            program.command(PROGRAM, arguments(data, port, settings.server())),
                            Map.of(),
                            () -> forgetReusedPid(data),
                            pid -> acceptsConnections(data, pid),
                            stopping,
                            // A killed server's own children hold its memory for the moment that they take to notice.
                            "pre-existing shared memory block",
                            settings.startLimit(),
                            STOP_LIMIT));
            return new PostgresStore(process, folder.path(), version, password);
        });
    }

    /**
     * Starts a streaming replica of a running server in a folder of its own, for tests; wants PostgreSQL's driver on the class
     * path. It has the primary's user and password, and is restarted as a replica until it is promoted.
     *
     * @throws EmbeddedStoreException as {@link #start(PostgresSettings)}
     */
    public static PostgresStore startReplica(PostgresStore primary, PostgresSettings settings) {
        try {
            var folder = PrivateFiles.folder(settings.folder());
            PrivateFiles.write(folder.resolve("password"), primary.password());
            if (!Files.exists(folder.resolve("data"))) {
                PostgresCopy.take(primary, folder.resolve("data"));
            }
            return start(settings);
        } catch (IOException e) {
            throw new EmbeddedStoreException("no replica of " + primary + ": " + e.getMessage(), e);
        }
    }

    private static List<String> arguments(Path data, int port, Map<String, String> server) {
        var all = new LinkedHashMap<>(new TreeMap<>(DEFAULTS));
        all.putAll(server);
        all.put("port", Integer.toString(port));
        all.put("listen_addresses", HOST);
        all.put("unix_socket_directories", "");
        var arguments = new ArrayList<>(List.of("-D", data.toString()));
        all.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        return arguments;
    }

    private static void refuseOtherMajor(Path data, String version) throws IOException {
        var file = data.resolve("PG_VERSION");
        if (!Files.exists(file)) {
            return;
        }
        var written = Files.readString(file).strip();
        var major = version.split("\\.", -1)[0];
        if (!written.equals(major)) {
            throw new EmbeddedStoreException(String.format(
                    Locale.ROOT,
                    "The folder %s was written by PostgreSQL %s; this is PostgreSQL %s. Start it once with a PostgreSQL"
                            + " %s (or the Fourfold that brought it), dump it with pg_dumpall, move the folder away, and"
                            + " load the dump into the new one; or run a PostgreSQL %s yourself and give its address.",
                    data,
                    written,
                    version,
                    written,
                    written));
        }
    }

    /** Makes the cluster and the database beside their place and moves them there whole: half of one is never started. */
    private static void createCluster(PostgresProgram program, Path folder, Path data)
            throws IOException, InterruptedException {
        if (Files.exists(data)) {
            return;
        }
        var draft = folder.resolve("data.draft");
        PrivateFiles.deleteTree(draft);
        // The built-in locale sorts alike on every machine, whatever its C library.
        StoreProcess.output(
                null,
                program.command(
                        "initdb",
                        List.of(
                                "-D",
                                draft.toString(),
                                "-U",
                                USER,
                                "--pwfile=" + folder.resolve("password"),
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--no-instructions")));
        var sql = folder.resolve("create.sql");
        PrivateFiles.write(sql, "CREATE DATABASE " + USER + ";\n");
        StoreProcess.output(
                sql, program.command(PROGRAM, List.of("--single", "-j", "-D", draft.toString(), "postgres")));
        Files.delete(sql);
        Files.move(draft, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * A killed server's {@code postmaster.pid} names a process id that may by now be another program's; PostgreSQL then
     * refuses to start. That the id is not a PostgreSQL's is checked here; that no process still has the data open,
     * PostgreSQL checks once more itself by its shared memory.
     */
    private static void forgetReusedPid(Path data) throws IOException {
        var file = data.resolve("postmaster.pid");
        try {
            var pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
            var reused = ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> !StoreProcess.runs(process, PROGRAM));
            if (reused.isPresent()) {
                LOG.info("folder={} pid={} is another program's now, removing {}", data, pid, file);
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            LOG.trace("folder={} stopped cleanly before", data, e);
        }
    }

    private static boolean acceptsConnections(Path data, long pid) throws IOException {
        try {
            var lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The JDBC address of the database, without user and password. */
    @Override
    public String url() {
        return url(USER);
    }

    /** The JDBC address of another database of this server. */
    public String url(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port() + "/" + database;
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
