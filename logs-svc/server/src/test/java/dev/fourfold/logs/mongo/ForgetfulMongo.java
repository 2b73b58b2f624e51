package dev.fourfold.logs.mongo;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.h2.mvstore.MVStore;

/** A JVM of its own: mongo-java-server as it comes, which answers writes up to a second before it saves them. */
final class ForgetfulMongo {

    private ForgetfulMongo() {}

    /** Serves the file at the port until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        var server = new MongoServer(new H2Backend(MVStore.open(args[0])));
        server.bind("127.0.0.1", Integer.parseInt(args[1]));
        System.out.println("ready");
        new CountDownLatch(1).await();
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
