package dev.fourfold.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeHearts;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.metadata.run.CreateRun;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that works on two requests, takes two files and has two workers wait at once. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
@Property(name = "FOURFOLD_LOAD_REQUESTS", value = "2")
@Property(name = "FOURFOLD_LOAD_UPLOADS", value = "2")
@Property(name = "FOURFOLD_LOAD_WAITING", value = "2")
@Property(name = "fourfold.hearts.interval", value = "100ms")
@Timeout(60)
final class LoadTest {

    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final String EXPERIMENT = Door.API + "/experiments/get?experiment_id=0";

    private final Door door;
    private final Load load;
    private final MeterRegistry meters;
    private final FakeHearts hearts;
    private final FakeRuns runs;
    private final List<Admission> held = new ArrayList<>();

    LoadTest(Door door, Load load, MeterRegistry meters, FakeHearts hearts, FakeRuns runs) {
        this.door = door;
        this.load = load;
        this.meters = meters;
        this.hearts = hearts;
        this.runs = runs;
    }

    @AfterEach
    void allIsOver() throws Exception {
        held.forEach(Admission::over);
        awaitInWork(load.requests(), 0);
        awaitInWork(load.uploads(), 0);
        assertThat(door.get(EXPERIMENT).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsTooMuch_isRefusedAtOnce_inTheFormOfItsFamily() {
        double before = refused();
        hold(2);
        var mlflow = door.get(EXPERIMENT);
        assertThat(mlflow.statusCode()).isEqualTo(429);
        assertThat(mlflow.headers().firstValue("Retry-After")).contains("1");
        assertThat(mlflow.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(mlflow.body()).contains("\"error_code\":\"REQUEST_LIMIT_EXCEEDED\"");
        var ours = door.post("/api/v1/metrics/query", "{}");
        assertThat(ours.statusCode()).isEqualTo(429);
        assertThat(ours.headers().firstValue("Retry-After")).isPresent();
        assertThat(ours.body()).contains("urn:fourfold:problem:limit-exceeded");
        assertThat(refused()).isEqualTo(before + 2);
    }

    @Test
    void whatTellsHowTheGatewayIs_isAnsweredAllTheSame() {
        hold(2);
        for (String path : List.of("/health", "/version", "/api/v1/health")) {
            assertThat(door.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void bodiesThatArriveSlowly_keepNobodyOut() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 5; i++) {
                slow.add(begin("POST", Door.API + "/experiments/create"));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(door.get(EXPERIMENT).statusCode()).isEqualTo(200);
            }
        } finally {
            close(slow);
        }
    }

    @Test
    void files_haveALimitOfTheirOwn_andOneThatBreaksOffMakesRoom() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            slow.add(begin("PUT", ARTIFACTS + "slow/one"));
            slow.add(begin("PUT", ARTIFACTS + "slow/two"));
            awaitInWork(load.uploads(), 2);
            var third = door.put(ARTIFACTS + "slow/three", "content");
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
            assertThat(door.get(EXPERIMENT).statusCode()).isEqualTo(200);
        } finally {
            close(slow);
        }
        awaitInWork(load.uploads(), 0);
        assertThat(door.put(ARTIFACTS + "slow/three", "content").statusCode()).isEqualTo(200);
    }

    /** The last worker must not be kept out by those that wait for it. */
    @Test
    void workersThatWaitAtABarrier_keepNobodyElseOut() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> arrive("first", 20_000));
            var second = threads.submit(() -> arrive("second", 20_000));
            awaitInWork(load.waiting(), 2);
            assertThat(inWork(load.requests())).isZero();
            var third = arrive("third", 20_000);
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
            assertThat(arrive("third", 0).body()).contains("\"open\":true");
            assertThat(first.get().body()).contains("\"open\":true");
            assertThat(second.get().body()).contains("\"open\":true");
        }
        awaitInWork(load.waiting(), 0);
    }

    private HttpResponse<String> arrive(String worker, int waitMillis) {
        return door.post(
                "/api/v1/state/load/barriers/b/arrive",
                "{\"worker\":\"" + worker + "\",\"parties\":3,\"generation\":1,\"wait_ms\":" + waitMillis + "}");
    }

    @Test
    void whatWasRefused_mayHaveBeenABeat_andIsNotedAsLost() throws Exception {
        String run =
                runs.create(new CreateRun("0", "", null, 1, List.of())).info().runId();
        assertThat(beat(run)).isEqualTo(200);
        await(() -> hearts.stated().contains("one start"));
        assertThat(hearts.stated()).doesNotContain("lost");
        hold(2);
        assertThat(beat(run)).isEqualTo(429);
        await(() -> hearts.stated().contains("lost"));
    }

    @Test
    void whatIsOver_countsNoMore_andOnlyOnce() {
        var one = load.admission();
        assertThat(one.begun()).isTrue();
        assertThat(one.begun()).isTrue();
        assertThat(inWork(load.requests())).isEqualTo(1);
        one.over();
        one.over();
        assertThat(one.begun()).isTrue();
        assertThat(inWork(load.requests())).isZero();
    }

    private void hold(int count) {
        for (int i = 0; i < count; i++) {
            var one = load.admission();
            assertThat(one.begun()).isTrue();
            held.add(one);
        }
    }

    private int beat(String run) {
        return door.send(HttpRequest.newBuilder(door.uri("/api/v1/runs/" + run + "/heartbeat"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"ttl_ms\": 60000}")))
                .statusCode();
    }

    private double refused() {
        return meters.get("rejected.requests")
                .tag("reason", "overloaded")
                .counter()
                .count();
    }

    /** Sends a request of which most never comes. */
    private Socket begin(String method, String path) throws IOException {
        var socket = new Socket("127.0.0.1", door.port());
        socket.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 1000\r\n\r\n{\"name\":")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static int inWork(Bulkhead bulkhead) {
        return bulkhead.getMetrics().getMaxAllowedConcurrentCalls()
                - bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    private static void awaitInWork(Bulkhead bulkhead, int expected) throws InterruptedException {
        await(() -> inWork(bulkhead) == expected);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(10);
        }
    }
}
