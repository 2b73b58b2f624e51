package dev.fourfold.metrics.influx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fourfold.embedded.TemporaryStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Executors;

/**
 * Stands before the InfluxDB of these tests. Of the writes it lets some through in part, loses the answer to some and
 * does not let some through; some questions it does not let through.
 */
final class LossyWay {

    private static final int AWAY = 503;

    /** One request in so many goes wrong. */
    private static final int ONE_IN = 12;

    private final HttpServer server;

    /** Guarded by itself. Which requests go wrong is chance, and not part of what jqwik tries. */
    private final Random random = new Random(7);

    private LossyWay(HttpServer server) {
        this.server = server;
    }

    /** Stays open until the JVM ends. */
    static LossyWay open() {
        try {
            var way = new LossyWay(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            way.server.createContext("/", way::pass);
            way.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            way.server.start();
            return way;
        } catch (IOException e) {
            throw new UncheckedIOException("There is no port", e);
        }
    }

    InfluxConfiguration configuration(String database, int maxNames) {
        var influx = TemporaryStores.influx();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return Influx.configuration(url, database, maxNames, influx.user(), influx.password());
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        int fate;
        synchronized (random) {
            fate = random.nextInt(3 * ONE_IN);
        }
        if (!exchange.getRequestURI().getPath().endsWith("write")) {
            if (fate == 0) {
                fail(exchange);
            } else {
                Passing.answer(exchange, forward(exchange, body));
            }
            return;
        }
        switch (fate) {
            case 0 -> fail(exchange);
            case 1 -> {
                forward(exchange, firstLines(body));
                fail(exchange);
            }
            case 2 -> {
                forward(exchange, body);
                fail(exchange);
            }
            default -> Passing.answer(exchange, forward(exchange, body));
        }
    }

    private static HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException {
        return Passing.forward(exchange, body, TemporaryStores.influx().url());
    }

    private static byte[] firstLines(byte[] body) {
        var lines = new String(body, StandardCharsets.UTF_8).split("\n");
        var half = new StringBuilder();
        for (int i = 0; i < lines.length / 2; i++) {
            half.append(lines[i]).append('\n');
        }
        return half.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void fail(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(AWAY, -1);
        exchange.close();
    }
}
