package dev.fourfold.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** MongoDB's protocol served by a JVM of its own: {@link MongoStore#startApart} starts it, or anybody by hand. */
public final class MongoProcess {

    private static final int USAGE = 2;

    private MongoProcess() {}

    /**
     * Serves until the process is told to stop (SIGTERM, SIGINT), then saves and ends. Prints one line when it is
     * ready: {@code ready mongodb://127.0.0.1:PORT}.
     *
     * @param arguments the store's folder and the port, 0 for a free one
     */
    public static void main(String[] arguments) {
        if (arguments.length != 2 || !arguments[1].matches("\\d{1,5}")) {
            System.err.println("usage: MongoProcess FOLDER PORT");
            System.exit(USAGE);
        }
        try {
            var served = MongoStore.Served.open(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(served::close, "stop"));
            System.out.println("ready mongodb://" + EmbeddedStore.HOST + ":" + served.port());
        } catch (EmbeddedStoreException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        awaitStop();
    }

    private static void awaitStop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
