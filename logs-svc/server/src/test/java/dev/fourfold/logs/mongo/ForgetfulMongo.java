package dev.fourfold.logs.mongo;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;

/**
 * A JVM of its own with a server that answers writes up to half a second before it saves them, as MongoDB does without
 * its journal. What a kill leaves is the state of some moment before, never half of a write: mongo-java-server as it
 * comes would leave that too, and then serves documents that no index knows.
 */
final class ForgetfulMongo {

    private static final Duration SAVES_EVERY = Duration.ofMillis(500);

    private ForgetfulMongo() {}

    /** Serves the file at the port until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        var store = new MVStore.Builder().fileName(args[0]).autoCommitDisabled().open();
        var backend = new Backend(store);
        var server = new MongoServer(backend);
        server.bind("127.0.0.1", Integer.parseInt(args[1]));
        System.out.println("ready");
        while (true) {
            Thread.sleep(SAVES_EVERY);
            backend.save();
        }
    }

    private static final class Backend extends H2Backend {

        private final MVStore store;
        private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock();

        Backend(MVStore store) {
            super(store);
            this.store = store;
        }

        @Override
        public Document handleCommand(Channel channel, String database, String command, Document query) {
            changing.readLock().lock();
            try {
                return super.handleCommand(channel, database, command, query);
            } finally {
                changing.readLock().unlock();
            }
        }

        void save() {
            changing.writeLock().lock();
            try {
                store.commit();
            } finally {
                changing.writeLock().unlock();
            }
        }
    }

    /** Starts it and waits until it serves. */
    static Process start(Path file, int port) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForgetfulMongo.class.getName(),
                        file.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        for (String line = ""; line != null && !line.equals("ready"); ) {
            line = process.inputReader().readLine();
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("mongo-java-server did not start");
        }
        return process;
    }
}
