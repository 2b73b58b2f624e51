package dev.fourfold.cache.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hot answers as the gateway reaches them when cache-svc is a process of its own: everything survives the trip. */
final class ITAnswersOverHttp {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static TwoProcesses processes;
    private static AnswerOperations answers;

    @BeforeAll
    static void start() {
        processes = new TwoProcesses(
                Map.of(
                        "fourfold.redis.read-budget", "5s",
                        "fourfold.redis.write-budget", "5s",
                        "micronaut.server.max-request-size", "4MB"),
                Map.of("fourfold.cache.read-limit", "5s"));
        answers = processes.client(AnswerOperations.class);
    }

    @AfterAll
    static void stop() {
        processes.close();
    }

    @Test
    void hitMissMarkAndSettlement_surviveTheTrip() {
        String key = "run:" + UUID.randomUUID() + " é&?=";
        var view = new CacheView(System.nanoTime(), incarnation());
        byte[] answer = {0, -1, 10, 13, 127};
        for (int i = 0; i < 2; i++) {
            assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Miss.class);
            String token = ((Lookup.Miss) answers.lookup(view, key)).token();
            answers.fill(view, key, token, List.of(key, "experiment:1"), answer, LONG);
        }
        assertThat(((Lookup.Hit) answers.lookup(view, key)).answer()).isEqualTo(answer);
        String mark = answers.mark(view, List.of("experiment:1"), LONG);
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Bypass.class);
        answers.settle(view, mark, List.of("experiment:1"));
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void manyAnswersAndManySubjects_surviveTheTrip() {
        String group = "group:" + UUID.randomUUID() + " é&?=";
        var view = new CacheView(System.nanoTime(), incarnation());
        var keys = IntStream.range(0, 1000).mapToObj(i -> group + ":" + i + "é").toList();
        var missed = (ManyLookup.Found) answers.lookupAll(view, group, keys);
        assertThat(missed.answers()).hasSize(1000).containsOnlyNulls();
        var fills = new HashMap<String, byte[]>();
        for (int i = 0; i < 1000; i += 2) {
            fills.put(keys.get(i), new byte[] {(byte) i, 10, -1});
        }
        answers.fillAll(view, group, missed.token(), fills, LONG);
        var found = (ManyLookup.Found) answers.lookupAll(view, group, keys);
        for (int i = 0; i < 1000; i++) {
            assertThat(found.answers().get(i)).isEqualTo(fills.get(keys.get(i)));
        }
        String mark = answers.mark(view, keys, LONG);
        answers.settle(view, mark, keys);
        assertThat(((ManyLookup.Found) answers.lookupAll(view, group, keys)).answers())
                .containsOnlyNulls();
    }

    @Test
    void anAnswerThatDependsOnMuch_isKept() {
        String key = "many:" + UUID.randomUUID();
        var view = new CacheView(System.nanoTime(), incarnation());
        var subjects = IntStream.range(0, 1000)
                .mapToObj(i -> key + ":" + "x".repeat(100) + i)
                .toList();
        for (int i = 0; i < 2; i++) {
            String token = ((Lookup.Miss) answers.lookup(view, key)).token();
            answers.fill(view, key, token, subjects, new byte[] {1}, LONG);
        }
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Hit.class);
        var last = List.of(subjects.getLast());
        answers.settle(view, answers.mark(view, last, LONG), last);
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void moreThanABodyMayHold_isFilledInSeveral() {
        String group = "group:" + UUID.randomUUID();
        var view = new CacheView(System.nanoTime(), incarnation());
        var keys = IntStream.range(0, 24).mapToObj(i -> group + ":" + i).toList();
        var missed = (ManyLookup.Found) answers.lookupAll(view, group, keys);
        var fills = new HashMap<String, byte[]>();
        keys.forEach(key -> fills.put(key, new byte[300_000]));
        answers.fillAll(view, group, missed.token(), fills, LONG);
        for (String key : keys) {
            assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Hit.class);
        }
    }

    @Test
    void errorPageOfAServer_isNoProblemOfOurs() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = "{\"kind\":\"invalid-argument\",\"message\":\"of another\"}".getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(502, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try (var context = ApplicationContext.run(Map.of(
                "fourfold.cache.url",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "fourfold.redis.url",
                TemporaryStores.redis().url()))) {
            assertThat(TwoProcesses.client(context, AnswerOperations.class).lookup(new CacheView(1, "x"), "run:1"))
                    .isInstanceOf(Lookup.Bypass.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void serviceThatDoesNotAnswer_isABypassAndSoonNotAskedAnyMore() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var context = ApplicationContext.run(Map.of(
                        "fourfold.cache.url",
                        "http://127.0.0.1:" + silent.getLocalPort(),
                        "fourfold.cache.read-limit",
                        "20ms",
                        "fourfold.redis.url",
                        TemporaryStores.redis().url()))) {
            var reasons = IntStream.range(0, 6)
                    .mapToObj(_ ->
                            TwoProcesses.client(context, AnswerOperations.class).lookup(new CacheView(1, "x"), "run:1"))
                    .map(Lookup.Bypass.class::cast)
                    .map(Lookup.Bypass::reason)
                    .toList();
            assertThat(reasons.subList(0, 5)).allMatch(reason -> reason.startsWith("cache-svc cannot be reached"));
            assertThat(reasons.getLast()).isEqualTo("cache-svc is slow or failing just now");
            // A writer asks nevertheless: it must know.
            assertThatThrownBy(() -> TwoProcesses.client(context, AnswerOperations.class)
                            .mark(new CacheView(1, "x"), List.of("run:1"), LONG))
                    .isInstanceOf(ProblemException.class)
                    // Two limits of a second each: that for the answer's beginning, and that for its end.
                    .hasMessageMatching("cache-svc (cannot be reached|does not end its answer).*");
        }
    }

    @Test
    @Timeout(60)
    void serviceThatStandsStillInItsAnswer_isABypassForReadersAndAProblemForWriters() throws IOException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var half = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var context = ApplicationContext.run(Map.of(
                        "fourfold.cache.url",
                        "http://127.0.0.1:" + half.getLocalPort(),
                        "fourfold.cache.read-limit",
                        "10s",
                        "fourfold.redis.url",
                        TemporaryStores.redis().url()))) {
            for (int i = 0; i < 4; i++) {
                var _ = threads.submit(() -> answerHalf(half));
            }
            var client = TwoProcesses.client(context, AnswerOperations.class);
            var view = new CacheView(1, "x");
            String reason = "cache-svc does not end its answer";
            assertThat(client.lookup(view, "run:1")).isEqualTo(new Lookup.Bypass(reason));
            assertThat(client.lookupAll(view, "g", List.of("run:1"))).isEqualTo(new ManyLookup.Bypass(reason));
            assertThatThrownBy(() -> client.mark(view, List.of("run:1"), LONG))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(reason);
            assertThatThrownBy(client::incarnation)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(reason);
        }
    }

    /** Says more than it sends, and waits until its caller leaves. */
    private static Void answerHalf(ServerSocket server) throws IOException {
        try (var socket = server.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nX-Fourfold-Outcome: hit\r\nContent-Length: 10\r\n\r\nhalf"
                            .getBytes(UTF_8));
            socket.getOutputStream().flush();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        return null;
    }

    @Test
    void anotherStartOfRedis_isABypassForReadersAndAProblemForWriters() {
        var view = new CacheView(1, "not this one");
        assertThat(answers.lookup(view, "run:1")).isInstanceOf(Lookup.Bypass.class);
        assertThat(answers.lookupAll(view, "g", List.of("run:1"))).isInstanceOf(ManyLookup.Bypass.class);
        assertThatThrownBy(() -> answers.mark(view, List.of("run:1"), LONG)).isInstanceOf(ProblemException.class);
    }

    @Test
    void theStatusOfRedis_survivesTheTrip() {
        assertThat(processes.all(StoreOperations.class))
                .extracting(StoreOperations::status)
                .allSatisfy(status -> assertThat(status.available()).isTrue());
    }

    private static String incarnation() {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return answers.incarnation();
            } catch (ProblemException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
