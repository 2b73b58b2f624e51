package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeLogs;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogOrder;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class V1ApiTest {

    private final Door door;
    private final FakeLogs logs;

    V1ApiTest(Door door, FakeLogs logs) {
        this.door = door;
        this.logs = logs;
    }

    @Test
    void lines_asArrayOrOneAfterAnother_areKept() {
        String run = newRun();
        String first =
                "{\"time\":1700000000000000001,\"stream\":\"stdout\",\"level\":\"warning\",\"message\":\"a\",\"writer\":\"w\",\"sequence\":0,\"rank\":3,\"fields\":{\"a\":{\"b\":[1,null]}},\"extra\":true}";
        String second =
                "{\"time\":\"2023-11-14T22:13:20.000000002Z\",\"message\":\"ü\\n\",\"writer\":\"w\",\"sequence\":1}";
        assertThat(append(run, "[" + first + "," + second + "]")).isEqualTo("{\"accepted\":2}");
        assertThat(append(run, first + "\n" + second + "\n")).isEqualTo("{\"accepted\":2}");
        var read = door.get("/api/v1/runs/" + run + "/logs");
        assertThat(read.body())
                .isEqualTo(
                        "{\"lines\":[{\"time\":1700000000000000001,\"level\":\"WARN\",\"stream\":\"stdout\",\"message\":\"a\",\"writer\":\"w\",\"sequence\":0,\"rank\":3,\"fields\":{\"a\":{\"b\":[1,null]},\"extra\":true}},{\"time\":1700000000000000002,\"level\":\"INFO\",\"stream\":\"log\",\"message\":\"ü\\n\",\"writer\":\"w\",\"sequence\":1}],\"next\":null}");
        assertThat(read.headers().firstValue("X-Fourfold-Store")).contains("mongodb");
        var page = door.get("/api/v1/runs/" + run + "/logs?limit=1");
        assertThat(page.body()).endsWith("\"next\":\"1\"}");
        assertThat(door.get("/api/v1/runs/" + run + "/logs?limit=1&cursor=1").body())
                .contains("ü")
                .endsWith("\"next\":null}");
    }

    @Test
    void lines_withoutIdentity_areAddedOnceHoweverOftenSent() {
        String run = newRun();
        String line = "{\"time\":5,\"message\":\"same\"}";
        int before = logs.lines().size();
        for (int i = 0; i < 3; i++) {
            append(run, "[" + line + "," + line + ",{\"time\":5,\"message\":\"other\"}]");
        }
        assertThat(logs.lines()).hasSize(before + 3);
        assertThat(logs.lines().getLast().writer()).matches("h-[0-9a-f]{32}");
    }

    @Test
    void query_isPassedOn() {
        String run = newRun();
        door.get("/api/v1/runs/" + run
                + "/logs?level=error&stream=s&q=a%20b&field.a.b=1&order=newest&from=1970-01-01T00:00:01Z&to=7");
        var query = Objects.requireNonNull(logs.lastQuery());
        assertThat(query.runIds()).containsExactly(run);
        assertThat(query.filter())
                .isEqualTo(new LogFilter.All(List.of(
                        new LogFilter.MinimumLevel(LogLevel.ERROR),
                        new LogFilter.Any(List.of(LogFilter.stream("s"))),
                        LogFilter.message("a b"),
                        LogFilter.field("a.b", "1"))));
        assertThat(query.order()).isEqualTo(LogOrder.NEWEST_FIRST);
        assertThat(query.fromNanos()).isEqualTo(1_000_000_000L);
        assertThat(query.toNanos()).isEqualTo(7);
        assertThat(query.limit()).isEqualTo(1000);
    }

    @Test
    void counts_areOfTheWholeRun_orOfATime() {
        String run = newRun();
        append(run, "[{\"time\":100,\"message\":\"a\"},{\"time\":700,\"message\":\"b\"}]");
        assertThat(door.get("/api/v1/runs/" + run + "/logs/counts?from=10&to=70&by=stream,run&level=WARN")
                        .statusCode())
                .isEqualTo(200);
        var count = Objects.requireNonNull(logs.lastCount());
        assertThat(count.intervalNanos()).isEqualTo(1);
        assertThat(count.by()).containsExactlyInAnyOrder(LogCountQuery.By.STREAM, LogCountQuery.By.RUN);
        assertThat(door.get("/api/v1/runs/" + run + "/logs/counts?from=0&interval=1s")
                        .body())
                .contains("\"from\":0", "\"interval\":1000000000", "\"level\":\"INFO\"");
    }

    @Test
    void around_takesATimeOrAMetricsStep() {
        String run = newRun();
        String path = "/api/v1/runs/" + run + "/logs/around?";
        assertThat(door.get(path + "time=5&before=0").body()).startsWith("{\"time\":5,\"before\":0,\"after\":");
        assertThat(Objects.requireNonNull(logs.lastQuery()).fromNanos()).isEqualTo(5);
        assertThat(door.get(path + "time=5&after=0&to=3").statusCode()).isEqualTo(200);
        assertThat(Objects.requireNonNull(logs.lastQuery()).toNanos()).isEqualTo(3);
        assertThat(door.get(path + "metric=loss&step=3").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/logs?order=up",
                "/logs?levels=WARN",
                "/logs?rank=x",
                "/logs?limit=0",
                "/logs/counts?by=hour",
                "/logs/counts?buckets=60&interval=1s",
                "/logs/counts?interval=1y",
                "/logs/counts?from=5&to=5",
                "/logs/counts?cursor=x",
                "/logs/around",
                "/logs/around?metric=loss",
                "/logs/around?metric=loss&step=x",
                "/logs/around?time=1&metric=loss&step=1",
                "/logs/around?time=1&before=-1"
            })
    void question_outOfBounds_isRefused(String path) {
        var answer = door.get("/api/v1/runs/" + newRun() + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[{\"message\":\"a\"},5] | Line 1: a line is a JSON object.",
                "[{\"message\":\"a\"},{}] | Line 1: 'message' is missing.",
                "{\"message\":\"a\"} {\"message\":7} | Line 1: 'message' is a text.",
                "{\"message\":\"a\",\"time\":\"yesterday\"} | Line 0: 'time' is nanoseconds",
                "{\"message\":\"a\",\"time\":9223372036854775808} | Line 0: not valid JSON.",
                "{\"message\":\"a\",\"level\":\"loud\"} | Line 0: 'level' is one of",
                "{\"message\":\"a\",\"writer\":\"w\"} | Line 0: 'writer' and 'sequence' come together or not at all.",
                "{\"message\":\"a\",\"writer\":\"w\",\"sequence\":-1} | Line 0: 'writer' is not empty and 'sequence' not negative.",
                "{\"message\":\"a\",\"rank\":-1} | Line 0: 'rank' is a whole number from 0.",
                "{\"message\":\"a\",\"fields\":7} | Line 0: 'fields' is a JSON object.",
                "{\"message\":\"\\ud800\"} | Line 0: 'message' holds half of a surrogate pair.",
                "[{\"message\":\"a\"} | Line 1: not valid JSON.",
                "[{\"message\":\"a\"}] x | Line 1: not valid JSON."
            })
    void line_thatIsBad_refusesTheWhole(String body, String why) {
        String run = newRun();
        int before = logs.lines().size();
        var answer = door.post("/api/v1/runs/" + run + "/logs", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"detail\":\"" + why);
        assertThat(logs.lines()).hasSize(before);
    }

    @Test
    void run_unknown_isNotFound() {
        for (String path : new String[] {"/logs", "/metrics/loss"}) {
            var answer = door.get("/api/v1/runs/nope" + path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("urn:fourfold:problem:not-found", "Run with id=nope not found");
        }
        assertThat(door.post("/api/v1/runs/nope/logs", "[]").statusCode()).isEqualTo(404);
    }

    @Test
    void route_unknown_isAProblemHereToo() {
        assertThat(door.get("/api/v1/nope").statusCode()).isEqualTo(404);
        assertThat(door.get("/api/v1/nope").body()).startsWith("{\"type\":\"urn:fourfold:problem:http-404\"");
        assertThat(door.post("/api/v1/health", "{}").statusCode()).isEqualTo(405);
        assertThat(door.get("/api/v1/runs/nope/logs?limit=0").statusCode()).isIn(400, 404);
    }

    @Test
    void history_hasInfinitiesAsTheyAre() {
        String run = newRun();
        for (String value : new String[] {"1e400", "-1e400", "NaN", "0.5"}) {
            door.post(
                    Door.API + "/runs/log-metric",
                    "{\"run_id\":\"" + run + "\",\"key\":\"a b/c\",\"value\":" + value + ",\"timestamp\":1}");
        }
        assertThat(door.get("/api/v1/runs/" + run + "/metrics/a%20b/c").body())
                .isEqualTo(
                        "{\"key\":\"a b/c\",\"points\":[{\"timestamp\":1,\"step\":0,\"value\":\"Infinity\"},{\"timestamp\":1,\"step\":0,\"value\":\"-Infinity\"},{\"timestamp\":1,\"step\":0,\"value\":\"NaN\"},{\"timestamp\":1,\"step\":0,\"value\":0.5}],\"next\":null}");
    }

    @Test
    void health_tellsEachStore() {
        assertThat(door.get("/api/v1/health").body())
                .startsWith("{\"status\":\"degraded\",\"stores\":[")
                .contains(
                        "{\"part\":\"postgresql\",\"engine\":\"PostgreSQL\",\"version\":\"18.6\",\"where\":\"127.0.0.1:5432/fourfold\",\"available\":true}")
                .contains("\"available\":false,\"detail\":\"connection refused\"")
                .contains(
                        "\"journals\":[{\"service\":\"logs-svc\",\"instance\":\"1/1\",\"available\":true,\"records\":0,")
                .contains("{\"service\":\"metrics-svc\",\"instance\":\"1/1\",\"available\":true,\"records\":2,"
                        + "\"bytes\":70,\"oldest_age_ms\":1500,\"held_bytes\":90,\"max_bytes\":4096}");
    }

    @Test
    void users_andTokens_comeAndGo() {
        var made = door.post("/api/v1/users", "{\"username\":\"ann\",\"password\":\"long enough for all\"}");
        assertThat(made.body()).isEqualTo("{\"username\":\"ann\",\"administrator\":false,\"creation_time\":1}");
        assertThat(door.post("/api/v1/users", "{\"username\":\"ann\",\"password\":\"long enough for all\"}")
                        .statusCode())
                .isEqualTo(409);
        for (String wrong : List.of(
                "{\"username\":\"bob\",\"password\":\"long enough for all\",\"administrator\":\"true\"}",
                "{\"username\":\"bob\",\"password\":\"long enough for all\",\"admin\":true}",
                "{\"username\":\"bob\",\"password\":\"long enough for all\"} {}")) {
            assertThat(door.post("/api/v1/users", wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(door.post("/api/v1/users", "{\"username\":\"bob\"}").statusCode())
                .isEqualTo(400);
        assertThat(door.get("/api/v1/users").body())
                .contains("\"username\":\"ann\"")
                .doesNotContain("long enough");
        var password = HttpRequest.newBuilder(door.uri("/api/v1/users/ann/password"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"password\":\"another long one\"}"));
        assertThat(door.send(password).statusCode()).isEqualTo(204);
        var token = door.post("/api/v1/users/ann/tokens", "{\"label\":\"ci\",\"expiry_time\":99}");
        assertThat(token.body()).contains("\"label\":\"ci\"", "\"expiry_time\":99", "\"secret\":\"secret-t0\"");
        assertThat(door.get("/api/v1/users/ann/tokens").body()).contains("t0").doesNotContain("secret");
        assertThat(delete("/api/v1/users/ann/tokens/t0")).isEqualTo(204);
        assertThat(delete("/api/v1/users/ann/tokens/t0")).isEqualTo(404);
        assertThat(delete("/api/v1/users/ann")).isEqualTo(204);
    }

    @Test
    void home_isAPage() {
        assertThat(door.get("/").body()).startsWith("<!doctype html>");
    }

    private int delete(String path) {
        return door.send(HttpRequest.newBuilder(door.uri(path)).DELETE()).statusCode();
    }

    private String append(String run, String body) {
        var answer = door.post("/api/v1/runs/" + run + "/logs", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String newRun() {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
