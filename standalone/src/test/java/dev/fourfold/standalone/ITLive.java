package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live points where every service is a process: over two gateways, after cuts and after kill -9, and for slow readers. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ITLive {

    /** A name so long that few points are many bytes. */
    private static final String LONG_NAME = "m".repeat(230);

    /** Of 260 kB each: the buffers of two connections and two processes take some 30 megabytes of them. */
    private static final int REQUESTS = 250;

    @TempDir
    Path folder;

    @Test
    void listeners_missNothing() throws Exception {
        var little = Map.of("FOURFOLD_METRICS_LIVE_BYTES", "500000");
        String[] separate = {"--port", "0", "--separate", "--service-ports", "0"};
        try (var platform = LaunchedPlatform.up(little, folder.resolve("data"), separate);
                var second = SecondGateway.beside(platform)) {
            String run = newRun(platform.url());
            afterACut(platform.url(), second.url(), run);
            afterKill9(platform.url(), second.url(), run);
            slowReader(platform.url(), second.url());
        }
    }

    private static void afterACut(String one, String other, String run) throws Exception {
        String cutAt;
        try (var here = Objects.requireNonNull(LiveListener.to(one, "run_id=" + run, null));
                var there = Objects.requireNonNull(LiveListener.to(other, "run_id=" + run, null))) {
            log(one, run, "loss", 0, 10);
            log(other, run, "loss", 10, 20);
            assertThat(here.steps(20)).hasSize(20);
            assertThat(there.steps(20)).hasSize(20);
            cutAt = there.lastId();
        }
        log(one, run, "loss", 20, 30);
        try (var again = Objects.requireNonNull(LiveListener.to(one, "run_id=" + run, cutAt))) {
            log(one, run, "loss", 30, 40);
            assertThat(again.steps(20)).containsExactlyElementsOf(steps(20, 40));
        }
    }

    private void afterKill9(String one, String other, String run) throws Exception {
        String lastId;
        try (var listener = Objects.requireNonNull(LiveListener.to(other, "run_id=" + run, null))) {
            log(one, run, "loss", 40, 50);
            assertThat(listener.steps(10)).hasSize(10);
            killMetricsService();
            var end = listener.next();
            assertThat(end.type()).isEqualTo("end");
            assertThat(end.data()).contains("\"reason\":\"service_away\"");
            lastId = listener.lastId();
        }
        try (var again = LiveListener.awaited(other, "run_id=" + run, lastId)) {
            assertThat(again.next().type()).isEqualTo("replay");
            log(one, run, "loss", 50, 60);
            assertThat(again.steps(10)).contains(59);
        }
        try (var again = LiveListener.awaited(other, "run_id=" + run, lastId)) {
            assertThat(again.steps(60)).containsExactlyElementsOf(steps(0, 60));
        }
    }

    private static void slowReader(String one, String other) throws Exception {
        String run = newRun(one);
        var at = URI.create(other);
        String heard;
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(at.getHost(), at.getPort()));
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/metrics/live?run_id=" + run + " HTTP/1.1\r\nHost: " + at.getAuthority()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            for (int step = 0; step < REQUESTS; step++) {
                logNames(one, run, step);
            }
            var text = new StringBuilder();
            var bytes = new byte[1 << 18];
            // The connection stays open after the end: it could be used for another request.
            while (!hasEnd(text)) {
                int length = socket.getInputStream().read(bytes);
                assertThat(length).isPositive();
                text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
            }
            heard = text.toString();
        }
        assertThat(heard.substring(heard.length() - 300)).contains("\"reason\":\"slow\"");
        int id = heard.lastIndexOf("\nid: ");
        try (var again = Objects.requireNonNull(LiveListener.to(
                other,
                "run_id=" + run + "&key=" + LONG_NAME + "7",
                id < 0
                        ? "none"
                        : heard.substring(id + 5, heard.indexOf('\n', id + 1)).strip()))) {
            assertThat(again.steps(REQUESTS)).hasSize(REQUESTS);
        }
    }

    /** Whether the last event is there, and whole. */
    private static boolean hasEnd(StringBuilder text) {
        int end = text.indexOf("event: end", Math.max(0, text.length() - 1_000_000));
        return end >= 0 && text.indexOf("\n\n", end) >= 0;
    }

    private void killMetricsService() throws IOException {
        String note = Files.readString(folder.resolve("data/metrics-svc/service.pid"));
        var process =
                ProcessHandle.of(Long.parseLong(note.strip().split(" ", -1)[0])).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Iterable<Integer> steps(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static String newRun(String url) throws IOException, InterruptedException {
        return post(url, "runs/create", "{\"experiment_id\":\"0\"}")
                .replaceAll("(?s).*?\"run_id\" *: *\"([^\"]+)\".*", "$1");
    }

    private static void log(String url, String run, String key, int from, int to)
            throws IOException, InterruptedException {
        for (int step = from; step < to; step++) {
            post(
                    url,
                    "runs/log-metric",
                    "{\"run_id\":\"" + run + "\",\"key\":\"" + key + "\",\"value\":1,\"timestamp\":"
                            + (1_700_000_000_000L + step) + ",\"step\":" + step + "}");
        }
    }

    /** One step of a thousand metrics. */
    private static void logNames(String url, String run, int step) throws IOException, InterruptedException {
        String metrics = IntStream.range(0, 1000)
                .mapToObj(name -> "{\"key\":\"" + LONG_NAME + name + "\",\"value\":1,\"timestamp\":"
                        + (1_700_000_000_000L + step) + ",\"step\":" + step + "}")
                .collect(Collectors.joining(","));
        post(url, "runs/log-batch", "{\"run_id\":\"" + run + "\",\"metrics\":[" + metrics + "]}");
    }

    private static String post(String url, String route, String json) throws IOException, InterruptedException {
        var answer = LaunchedPlatform.send(HttpRequest.newBuilder(URI.create(url + "/api/2.0/mlflow/" + route))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
