package dev.fourfold.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process that belongs to a locked folder. It runs in a session of its own, so that a Ctrl-C in the terminal
 * reaches Fourfold alone, which then stops its stores last. It leaves what a later JVM needs to find it, should this
 * JVM be killed: a note with its process id and start time, and the folder's path on its own command line.
 */
final class StoreProcess {

    private static final Logger LOG = LoggerFactory.getLogger(StoreProcess.class);

    private static final String NOTE = ".process";
    private static final String SERVER_LOG = "server.log";
    private static final Path NOTHING = Path.of("/dev/null");
    private static final long LOG_BYTES = 16L << 20;
    private static final int TAIL_BYTES = 4_000;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PASSING_LIMIT = Duration.ofSeconds(15);
    private static final Duration PASSING_PAUSE = Duration.ofMillis(100);
    private static final Duration KILLED_LIMIT = Duration.ofSeconds(10);
    // The start time of a process is computed from the clock, which may have been set since.
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);
    private static final int PORT_ATTEMPTS = 3;
    private static final boolean SETSID = onPath("setsid").isPresent();

    /** Whether the server answers; asked again and again, of a process that is alive. */
    interface Readiness {
        boolean reached(long pid) throws IOException, InterruptedException;
    }

    /** What is to be looked after each time before the server starts. */
    interface Preparation {
        void make() throws IOException;
    }

    /** How a running server is asked to stop. */
    interface Stopping {
        void ask(ProcessHandle process) throws IOException, InterruptedException;
    }

    /**
     * What to run and how to know it.
     *
     * @param program the file name of the executable, as the operating system shows it
     * @param mark an argument of the command that no other process of that program has: a path in the store's folder
     * @param passing a text in a failed server's log which says that a little later it would start; null if none does
     * @param startLimit how long it may take until it is ready; recovery after a crash included
     */
    record Launch(
            String part,
            String program,
            String mark,
            List<String> command,
            Map<String, String> environment,
            Preparation preparation,
            Readiness readiness,
            Stopping stopping,
            @Nullable String passing,
            Duration startLimit,
            Duration stopLimit) {

        Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    private final DataFolder folder;
    private final int port;
    private final Launch launch;
    private volatile Process process;
    private boolean closed;

    private StoreProcess(DataFolder folder, int port, Launch launch) {
        this.folder = folder;
        this.port = port;
        this.launch = launch;
        this.process = runPatiently();
    }

    /**
     * Starts the server and waits until it is ready. With 0 as the wished port a free one is chosen, and another if
     * that one is taken in the moment before the server binds it.
     */
    static StoreProcess start(DataFolder folder, String part, int wishedPort, IntFunction<Launch> launchAt) {
        for (var attempt = 1; ; attempt++) {
            var port = Ports.claim(part, wishedPort);
            try {
                return new StoreProcess(folder, port, launchAt.apply(port));
            } catch (EmbeddedStoreException e) {
                if (wishedPort != 0 || attempt == PORT_ATTEMPTS || !addressInUse(e)) {
                    throw e;
                }
                LOG.debug("part={} port={} taken meanwhile, trying another", part, port);
            }
        }
    }

    private static boolean addressInUse(EmbeddedStoreException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("address already in use");
    }

    int port() {
        return port;
    }

    OptionalLong pid() {
        return OptionalLong.of(process.pid());
    }

    boolean running() {
        return process.isAlive();
    }

    synchronized void restart() {
        if (closed) {
            throw new EmbeddedStoreException(launch.part() + " in " + folder + " was closed; start it anew.");
        }
        if (!process.isAlive()) {
            process = runPatiently();
        }
    }

    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stop(launch.part(), process.toHandle(), launch.stopping(), launch.stopLimit());
            Files.deleteIfExists(folder.path().resolve(NOTE));
        } catch (IOException e) {
            throw new EmbeddedStoreException(launch.part() + " cannot be stopped: " + e.getMessage(), e);
        } finally {
            folder.close();
        }
    }

    private Process runPatiently() {
        var deadline = System.nanoTime() + PASSING_LIMIT.toNanos();
        while (true) {
            try {
                return run();
            } catch (EmbeddedStoreException e) {
                var passing = launch.passing();
                if (passing == null
                        || !String.valueOf(e.getMessage()).contains(passing)
                        || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LOG.debug("part={} folder={} trying again: {}", launch.part(), folder, passing);
            }
            try {
                Thread.sleep(PASSING_PAUSE);
            } catch (InterruptedException e) {
                throw interrupted(launch.part(), e);
            }
        }
    }

    private Process run() {
        var log = folder.path().resolve(SERVER_LOG);
        try {
            launch.preparation().make();
            rotate(log);
            var logStart = Files.exists(log) ? Files.size(log) : 0;
            var command = new ArrayList<String>();
            if (SETSID) {
                command.add("setsid");
            }
            command.addAll(launch.command());
            var builder = new ProcessBuilder(command)
                    .directory(folder.path().toFile())
                    .redirectInput(NOTHING.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            withoutStoreSettings(builder);
            builder.environment().putAll(launch.environment());
            var started = builder.start();
            var ready = false;
            try {
                note(started.toHandle());
                awaitReady(started, log, logStart);
                ready = true;
            } finally {
                if (!ready) {
                    started.destroyForcibly();
                }
            }
            LOG.info("part={} pid={} port={} folder={} started", launch.part(), started.pid(), port, folder);
            return started;
        } catch (IOException e) {
            throw new EmbeddedStoreException(launch.part() + " cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(launch.part(), e);
        }
    }

    private void awaitReady(Process started, Path log, long logStart) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + launch.startLimit().toNanos();
        while (started.isAlive()) {
            if (launch.readiness().reached(started.pid())) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new EmbeddedStoreException(launch.part() + " was not ready after "
                        + launch.startLimit().toSeconds() + " s. The end of " + log + ":\n" + tail(log, logStart));
            }
            started.waitFor(POLL);
        }
        throw new EmbeddedStoreException(launch.part() + " ended while starting, with status " + started.exitValue()
                + ". The end of " + log + ":\n" + tail(log, logStart));
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
            Files.move(log, log.resolveSibling(SERVER_LOG + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String tail(Path log, long from) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(from, file.length() - TAIL_BYTES));
            var bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }

    private void note(ProcessHandle started) throws IOException {
        var since = started.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        PrivateFiles.write(folder.path().resolve(NOTE), started.pid() + " " + since + "\n");
    }

    /**
     * Stops the servers of this folder that a killed JVM left behind. Only a process that is provably this folder's is
     * touched: it runs the program and either names this folder's mark as an argument, or is the very process, by id
     * and start time, that the folder's note speaks of.
     */
    static void stopLeftOvers(
            DataFolder folder, String part, String program, String mark, Stopping stopping, Duration limit) {
        try {
            Set<ProcessHandle> left = new LinkedHashSet<>();
            noted(folder.path()).filter(process -> runs(process, program)).ifPresent(left::add);
            ProcessHandle.allProcesses()
                    .filter(process -> runs(process, program))
                    .filter(process -> process.info()
                            .arguments()
                            .map(arguments -> List.of(arguments).contains(mark))
                            .orElse(false))
                    // The children of a forking server carry its command line too; they end with it.
                    .filter(process -> process.parent()
                            .map(parent -> !runs(parent, program))
                            .orElse(true))
                    .forEach(left::add);
            for (var process : left) {
                LOG.info("part={} pid={} folder={} left by an earlier run, stopping it", part, process.pid(), folder);
                stop(part, process, stopping, limit);
            }
            Files.deleteIfExists(folder.path().resolve(NOTE));
        } catch (IOException e) {
            throw new EmbeddedStoreException(
                    part + " in " + folder + ", left by an earlier run, cannot be stopped: " + e.getMessage(), e);
        }
    }

    static boolean runs(ProcessHandle process, String program) {
        return process.isAlive()
                && process.info()
                        .command()
                        .map(command ->
                                Path.of(command).getFileName().toString().equals(program))
                        .orElse(false);
    }

    private static Optional<ProcessHandle> noted(Path folder) throws IOException {
        try {
            var words = Files.readString(folder.resolve(NOTE)).strip().split(" ", -1);
            if (words.length != 2) {
                return Optional.empty();
            }
            var since = Instant.ofEpochMilli(Long.parseLong(words[1]));
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> process.info()
                            .startInstant()
                            .map(start -> Duration.between(start, since).abs().compareTo(CLOCK_TOLERANCE) <= 0)
                            .orElse(false));
        } catch (NoSuchFileException | NumberFormatException e) {
            LOG.trace("folder={} no note of a process", folder, e);
            return Optional.empty();
        }
    }

    private static void stop(String part, ProcessHandle process, Stopping stopping, Duration limit) {
        if (!process.isAlive()) {
            return;
        }
        try {
            try {
                stopping.ask(process);
            } catch (IOException e) {
                // It may have ended just now; if it has not, it is killed when the time is up.
                LOG.debug("part={} pid={} could not be asked to stop", part, process.pid(), e);
            }
            if (!ended(process, limit)) {
                LOG.warn("part={} pid={} did not stop within {} s, killing it", part, process.pid(), limit.toSeconds());
                process.destroyForcibly();
                if (!ended(process, KILLED_LIMIT)) {
                    throw new EmbeddedStoreException(
                            part + ", process " + process.pid() + ", does not end even when killed.");
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw interrupted(part, e);
        }
    }

    private static boolean ended(ProcessHandle process, Duration limit) throws InterruptedException {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return !process.isAlive();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command to its end and gives what it printed, or fails with that. */
    static String output(@Nullable Path input, List<String> command) throws IOException, InterruptedException {
        return output(input, Map.of(), command);
    }

    static String output(@Nullable Path input, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput((input == null ? NOTHING : input).toFile());
        withoutStoreSettings(builder);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        var process = builder.start();
        try (var out = process.getInputStream()) {
            var printed = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            var status = process.waitFor();
            if (status != 0) {
                throw new IOException(
                        Path.of(command.getFirst()).getFileName() + " ended with status " + status + ": " + printed);
            }
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Settings in our caller's environment are meant for other servers than ours. */
    private static void withoutStoreSettings(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("INFLUXDB_"));
    }

    /** The executable of this name on the PATH. */
    static Optional<Path> onPath(String name) {
        var path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : List.of(path.split(":", -1)).stream()
                        .filter(folder -> !folder.isBlank())
                        .map(folder -> Path.of(folder, name))
                        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                        .findFirst();
    }

    static EmbeddedStoreException interrupted(String part, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddedStoreException(part + ": interrupted while waiting for it.", e);
    }
}
