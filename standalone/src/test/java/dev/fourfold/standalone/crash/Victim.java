package dev.fourfold.standalone.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A kind of process of the separate form, found by what it leaves in its folder. */
enum Victim {
    METADATA("metadata-svc", "service.pid"),
    METRICS("metrics-svc", "service.pid"),
    LOGS("logs-svc", "service.pid"),
    CACHE("cache-svc", "service.pid"),
    ARTIFACTS("artifacts-svc", "service.pid"),
    GATEWAY("gateway", "service.pid"),
    POSTGRESQL("postgresql", ".process"),
    INFLUXDB("influxdb", ".process"),
    REDIS("redis", ".process"),
    MONGODB("mongodb", ".process");

    private static final int KILL_LIMIT_SECONDS = 20;

    private final String folder;
    private final String note;

    Victim(String folder, String note) {
        this.folder = folder;
        this.note = note;
    }

    /** The name of its folder. */
    String folder() {
        return folder;
    }

    /** The process that plays this part now, if one lives. Works in it as its current folder, so no other is meant. */
    Optional<ProcessHandle> process(Path dataDir) throws IOException {
        return process(dataDir, folder, note);
    }

    /** What a part leaves in its folder. */
    String note() {
        return note;
    }

    /** The same for a part by its folder. */
    static Optional<ProcessHandle> process(Path dataDir, String folder, String note) throws IOException {
        try {
            String text =
                    Files.readString(dataDir.resolve(folder).resolve(note)).strip();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            long pid = Long.parseLong(text.split(" ", -1)[0]);
            Path worksIn = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"));
            return worksIn.startsWith(dataDir.resolve(folder).toRealPath())
                    ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Kill -9, and the wait until it is gone. */
    static void kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().orTimeout(KILL_LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
