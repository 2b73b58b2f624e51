package dev.fourfold.standalone.crash;

import dev.fourfold.standalone.crash.Write.Outcome;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The platform as a client sees it. Its address may change when it is started again. */
final class Gateway implements AutoCloseable {

    /** What came of one request. */
    record Answer(Outcome outcome, int status, String body) {}

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Duration READ_LIMIT = Duration.ofSeconds(180);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final int TOO_MANY = 429;
    private static final int PAGE = 1000;
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private volatile String url;

    Gateway(String url) {
        this.url = url;
    }

    void movedTo(String url) {
        this.url = url;
    }

    /** Sends once and says what a client can know then. */
    Answer post(String path, String body) throws InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Sends once. */
    Answer get(String path) throws InterruptedException {
        return send(request(path).GET());
    }

    /** Creates an experiment. */
    String experiment(String name) throws IOException, InterruptedException {
        return text(
                created("/api/2.0/mlflow/experiments/create", "{\"name\":\"%s\"}".formatted(name)), "experiment_id");
    }

    /** Creates a run. */
    String run(String experiment) throws IOException, InterruptedException {
        JsonNode answer = created(
                "/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"%s\",\"start_time\":1}".formatted(experiment));
        return text(member(member(answer, "run"), "info"), "run_id");
    }

    /** Everything that the run holds, page by page; waits where a journal must be drained first. */
    Found read(String run) throws IOException, InterruptedException {
        var elements = new ArrayList<String>();
        var last = new HashMap<String, Long>();
        for (String key : List.of("m", "b")) {
            String token = "";
            do {
                JsonNode page = readable("/api/2.0/mlflow/metrics/get-history?run_id=%s&metric_key=%s&max_results=%d%s"
                        .formatted(run, key, PAGE, token));
                for (JsonNode point : items(page, "metrics")) {
                    elements.add(Write.point(
                            text(point, "key"),
                            Double.parseDouble(text(point, "value")),
                            Long.parseLong(text(point, "timestamp")),
                            Long.parseLong(text(point, "step"))));
                    last.merge(key, Long.parseLong(text(point, "step")), Math::max);
                }
                token = optional(page, "next_page_token")
                        .filter(next -> !next.isEmpty())
                        .map(next -> "&page_token=" + next)
                        .orElse("");
            } while (!token.isEmpty());
        }
        String cursor = "";
        do {
            JsonNode page = readable("/api/v1/runs/%s/logs?limit=%d%s".formatted(run, PAGE, cursor));
            for (JsonNode line : items(page, "lines")) {
                elements.add(Write.line(
                        text(line, "writer"),
                        Long.parseLong(text(line, "sequence")),
                        Long.parseLong(text(line, "time")),
                        text(line, "message")));
            }
            cursor = optional(page, "next").map(next -> "&cursor=" + next).orElse("");
        } while (!cursor.isEmpty());
        JsonNode data = member(member(readable("/api/2.0/mlflow/runs/get?run_id=" + run), "run"), "data");
        items(data, "params").forEach(param -> elements.add(Write.param(text(param, "key"), text(param, "value"))));
        Map<String, Long> latest = new HashMap<>();
        items(data, "metrics").forEach(metric -> latest.put(text(metric, "key"), Long.parseLong(text(metric, "step"))));
        Optional<String> tag = items(data, "tags").stream()
                .filter(one -> text(one, "key").equals("t"))
                .map(one -> text(one, "value"))
                .findFirst();
        return new Found(elements, tag, latest, last);
    }

    @Override
    public void close() {
        client.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_LIMIT);
    }

    private Answer send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            int status = answer.statusCode();
            Outcome outcome = status == 200
                    ? Outcome.OK
                    : status >= 400 && status < 500 && status != TOO_MANY ? Outcome.FAILED : Outcome.UNKNOWN;
            return new Answer(outcome, status, answer.body());
        } catch (IOException e) {
            return new Answer(Outcome.UNKNOWN, 0, e.toString());
        }
    }

    private JsonNode created(String path, String body) throws IOException, InterruptedException {
        Answer answer = post(path, body);
        if (answer.outcome() != Outcome.OK) {
            throw new AssertionError(path + " answered " + answer);
        }
        return JSON.readValue(answer.body(), JsonNode.class);
    }

    /** A GET that is repeated while the platform says that it cannot answer now. */
    private JsonNode readable(String path) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READ_LIMIT.toNanos();
        while (true) {
            Answer answer = get(path);
            if (answer.outcome() == Outcome.OK) {
                return JSON.readValue(answer.body(), JsonNode.class);
            }
            if (answer.outcome() == Outcome.FAILED || System.nanoTime() - deadline > 0) {
                throw new AssertionError("Cannot read " + path + ": " + answer);
            }
            Thread.sleep(POLL);
        }
    }

    private static JsonNode member(JsonNode node, String name) {
        return Objects.requireNonNull(node.get(name), () -> name + " in " + node);
    }

    private static String text(JsonNode node, String name) {
        return member(node, name).coerceStringValue();
    }

    private static Optional<String> optional(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name))
                .filter(value -> !value.isNull())
                .map(JsonNode::coerceStringValue);
    }

    private static List<JsonNode> items(JsonNode node, String name) {
        var items = new ArrayList<JsonNode>();
        JsonNode array = node.get(name);
        if (array != null) {
            array.values().forEach(items::add);
        }
        return items;
    }
}
