package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A store that is a process of its own, which {@link StoreProcess} starts, watches and stops. */
abstract sealed class ProcessStore implements EmbeddedStore
        permits PostgresStore, RedisStore, RedisSentinel, InfluxStore, S3Store, SecantusStore, PrometheusServer {

    private final StoreProcess process;
    private final Path folder;
    private final String part;
    private final String engine;
    private final String version;

    /** Starts a store in its folder, which is locked. */
    @FunctionalInterface
    interface Starting<S extends ProcessStore> {
        S in(DataFolder folder) throws IOException, InterruptedException;
    }

    ProcessStore(StoreProcess process, Path folder, String part, String engine, String version) {
        this.process = process;
        this.folder = folder;
        this.part = part;
        this.engine = engine;
        this.version = version;
    }

    /**
     * Locks a folder for as long as the store that is started in it runs.
     *
     * @throws EmbeddedStoreException where the folder is in use, or the store does not start
     */
    static <S extends ProcessStore> S started(String part, Path path, Starting<S> starting) {
        var folder = DataFolder.lock(path);
        var started = false;
        try {
            S store = starting.in(folder);
            started = true;
            return store;
        } catch (IOException e) {
            throw new EmbeddedStoreException(part + " cannot be started in " + folder + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw StoreProcess.interrupted(part, e);
        } finally {
            if (!started) {
                folder.close();
            }
        }
    }

    @Override
    public final String part() {
        return part;
    }

    @Override
    public final String engine() {
        return engine;
    }

    @Override
    public final String version() {
        return version;
    }

    @Override
    public final int port() {
        return process.port();
    }

    @Override
    public final Path folder() {
        return folder;
    }

    @Override
    public final OptionalLong pid() {
        return process.pid();
    }

    @Override
    public final boolean running() {
        return process.running();
    }

    @Override
    public final void restart() {
        process.restart();
    }

    @Override
    public final void close() {
        process.close();
    }

    @Override
    public final String toString() {
        return engine + " " + version + " at " + HOST + ":" + port();
    }
}
