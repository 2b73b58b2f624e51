package dev.fourfold.embedded;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A running store that keeps its data in one folder, listens on the loopback address only, and belongs to this JVM: it
 * holds the folder's lock until it is closed. Starting it again on the same folder finds the data again, however the
 * store or this JVM ended.
 */
public sealed interface EmbeddedStore extends AutoCloseable permits ProcessStore, MongoStore {

    /** The store's address on this machine. */
    String HOST = "127.0.0.1";

    /** What it is for Fourfold: {@code postgresql}, {@code redis}, {@code mongodb}, {@code influxdb} or {@code artifact-store}. */
    String part();

    /** The program that plays this part, for people to read. */
    String engine();

    /** The version of that program. */
    String version();

    /** The port on {@link #HOST}. */
    int port();

    /**
     * The address that a client of this store takes. Of Redis it contains the password, so it is not for logs; print
     * {@link #HOST} and {@link #port()} instead.
     */
    String url();

    /** Where the store keeps its data, its settings, its log and its password. */
    Path folder();

    /** The process that serves it now, or nothing where this JVM does. */
    OptionalLong pid();

    /** Whether it is being served at this moment; a process that was killed from outside is not. */
    boolean running();

    /**
     * Starts a store again whose process has ended by itself, at the same port and with the same passwords. Does
     * nothing when it runs, and is refused after {@link #close()}.
     */
    void restart();

    /** Stops the store cleanly and gives its folder free; more than once does no harm. */
    @Override
    void close();
}
