package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.live.LiveNews;
import dev.fourfold.contract.live.LiveNews.RunNews;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeLiveFeed;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
@Timeout(60)
class MetricLiveTest {

    private static final String PATH = "/api/v1/metrics/live";

    private final Door door;
    private final FakeMetrics metrics;
    private final EmbeddedServer server;

    MetricLiveTest(Door door, FakeMetrics metrics, EmbeddedServer server) {
        this.door = door;
        this.metrics = metrics;
        this.server = server;
    }

    @Test
    void events_areNamedAndOnlyTheLastOfAMomentHasTheId() {
        String one = newRun();
        String other = newRun();
        metrics.nextLive(new FakeLiveFeed(
                List.of(),
                new LiveNews.Fresh(
                        "p-1",
                        List.of(
                                points("m1", one, new Point("a\n\"b", 10, 1, Double.NEGATIVE_INFINITY)),
                                points("m1", other, new Point("loss", 11, -2, 0.5)))),
                new LiveNews.Quiet("p-2"),
                new LiveNews.Quiet("p-2"),
                new LiveNews.Behind()));
        var answer = door.get(PATH + "?run_id=" + one + "&run_id=" + other + "&key=loss&key=a%0A%22b");
        assertThat(metrics.lastLiveQuery())
                .isEqualTo(new LiveQuery(List.of(one, other), List.of("loss", "a\n\"b"), null));
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body())
                .isEqualTo("id: p-0\nretry: 2000\n\n"
                        + "event: points\ndata: {\"run_id\":\"" + one
                        + "\",\"points\":[{\"key\":\"a\\n\\\"b\",\"timestamp\":10,\"step\":1,\"value\":\"-Infinity\"}]}\n\n"
                        + "id: p-1\nevent: points\ndata: {\"run_id\":\"" + other
                        + "\",\"points\":[{\"key\":\"loss\",\"timestamp\":11,\"step\":-2,\"value\":0.5}]}\n\n"
                        + ":\nid: p-2\n\n"
                        + ":\n\n"
                        + "event: end\ndata: {\"reason\":\"slow\",\"message\":\"Events were not taken as fast as they came,"
                        + " and were dropped.\"}\n\n");
    }

    @Test
    void whatWasMissed_isReadAgainBetweenNewPointsAndOnlyThenHasAnId() {
        String run = newRun();
        log(run, "loss", 1);
        log(run, "loss", 2);
        log(run, "acc", 3);
        metrics.nextLive(new FakeLiveFeed(
                List.of(run),
                new LiveNews.Fresh("p-1", List.of(points("m2", run, new Point("loss", 1, 9, 9)))),
                new LiveNews.Quiet("p-2"),
                new LiveNews.Quiet("p-3"),
                new LiveNews.Quiet("p-4"),
                new LiveNews.Ended("It went.")));
        var answer = door.send(
                HttpRequest.newBuilder(door.uri(PATH + "?run_id=" + run)).header("Last-Event-ID", "old"));
        assertThat(metrics.lastLiveQuery()).isEqualTo(new LiveQuery(List.of(run), List.of(), "old"));
        String body = answer.body();
        assertThat(body.lines().filter(line -> line.startsWith("event: ")))
                .containsExactly("event: replay", "event: points", "event: replay", "event: replayed", "event: end");
        assertThat(body)
                .startsWith("retry: 2000\n\nevent: replay\n")
                .contains("\"step\":1,", "\"step\":2,", "\"key\":\"acc\",\"timestamp\":3,\"step\":3,")
                .contains("id: p-1\nevent: replayed\ndata: {}\n\n")
                .endsWith("event: end\ndata: {\"reason\":\"service_away\",\"message\":\"It went.\"}\n\n");
        assertThat(body.indexOf("id: ")).isGreaterThan(body.lastIndexOf("event: replay\n"));
    }

    @Test
    void listenerThatLeaves_isNotServedAnyMore() throws Exception {
        var points = new FakeLiveFeed(List.of());
        metrics.nextLive(points);
        String run = newRun();
        try (var socket = new java.net.Socket("127.0.0.1", door.port())) {
            socket.getOutputStream()
                    .write(("GET " + PATH + "?run_id=" + run + " HTTP/1.1\r\nHost: 127.0.0.1:" + door.port()
                                    + "\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(points.isClosed()).isTrue();
    }

    @Test
    void shutdown_isToldToListeners() throws Exception {
        metrics.nextLive(new FakeLiveFeed(List.of()));
        String run = newRun();
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(door.uri(PATH + "?run_id=" + run)).build(),
                    HttpResponse.BodyHandlers.ofLines());
            var context = server.getApplicationContext();
            context.publishEvent(new ShutdownEvent(context));
            assertThat(answer.body().collect(Collectors.joining("\n")))
                    .endsWith("event: end\ndata: {\"reason\":\"shutdown\",\"message\":\"This gateway stops.\"}\n");
        }
    }

    @Test
    void whatCannotBeListenedTo_isRefused() {
        String run = newRun();
        metrics.nextLive(null);
        var tooMany = door.get(PATH + "?run_id=" + run);
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.headers().firstValue("Retry-After")).contains("3");
        metrics.nextLive(new FakeLiveFeed(List.of()));
        assertThat(door.get(PATH).body()).contains("'run_id' is missing");
        assertThat(door.get(PATH + "?run_id=" + run + "&run_id=none").statusCode())
                .isEqualTo(404);
        assertThat(door.get(PATH + "?run_id=" + run + "&run_id=" + run).body()).contains("has a value twice");
        assertThat(door.get(PATH + "?run_id=" + run + "&key=").body()).contains("'key' is empty");
        String keys = IntStream.range(0, 101).mapToObj(i -> "&key=" + i).collect(Collectors.joining());
        assertThat(door.get(PATH + "?run_id=" + run + keys).body()).contains("100 times at most");
    }

    private String newRun() {
        String created = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\",\"start_time\":0}")
                .body();
        return created.replaceAll("(?s).*?\"run_id\" *: *\"([^\"]+)\".*", "$1");
    }

    private void log(String run, String key, int step) {
        assertThat(door.post(
                                Door.API + "/runs/log-metric",
                                "{\"run_id\":\"" + run + "\",\"key\":\"" + key + "\",\"value\":1,\"timestamp\":" + step
                                        + ",\"step\":" + step + "}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static RunNews points(String moment, String runId, Point... points) {
        return new RunNews(moment, runId, new PointBatch("0", runId, List.of(points)).toBytes());
    }
}
