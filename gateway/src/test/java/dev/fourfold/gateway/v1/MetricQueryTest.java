package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class MetricQueryTest {

    private static final String PATH = "/api/v1/metrics/query";

    private final Door door;
    private final FakeMetrics metrics;

    MetricQueryTest(Door door, FakeMetrics metrics) {
        this.door = door;
        this.metrics = metrics;
    }

    @Test
    void series_comeRunAfterRunAndKeyAfterKey() {
        String one = newRun(0);
        String other = newRun(0);
        log(one, "loss", "0.5", 10, 1);
        log(one, "loss", "-1e400", 11, 2);
        log(other, "loss", "NaN", 12, -3);
        var answer = door.post(PATH, "{\"run_ids\":[\"" + one + "\",\"" + other + "\"],\"keys\":[\"loss\",\"none\"]}");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"axis\":\"step\",\"series\":[{\"run_id\":\"" + one
                        + "\",\"key\":\"loss\",\"reduced\":false,\"points\":[{\"timestamp\":10,\"step\":1,\"value\":0.5},{\"timestamp\":11,\"step\":2,\"value\":\"-Infinity\"}]},{\"run_id\":\""
                        + one + "\",\"key\":\"none\",\"reduced\":false,\"points\":[]},{\"run_id\":\"" + other
                        + "\",\"key\":\"loss\",\"reduced\":false,\"points\":[{\"timestamp\":12,\"step\":-3,\"value\":\"NaN\"}]},{\"run_id\":\""
                        + other + "\",\"key\":\"none\",\"reduced\":false,\"points\":[]}]}");
    }

    @Test
    void csv_isAskedForByHeaderOrByFormat() {
        String run = newRun(0);
        log(run, "a \\\"b\\\", c", "0.1", 10, 1);
        log(run, "a \\\"b\\\", c", "NaN", 11, 2);
        String question = "{\"run_ids\":[\"" + run + "\"],\"keys\":[\"a \\\"b\\\", c\"]";
        String csv = "run_id,key,timestamp,step,value\r\n" + run + ",\"a \"\"b\"\", c\",10,1,0.1\r\n" + run
                + ",\"a \"\"b\"\", c\",11,2,NaN\r\n";
        assertThat(ask(question + "}", "text/csv").body()).isEqualTo(csv);
        assertThat(ask(question + "}", "application/json;q=0.5, text/csv").body())
                .isEqualTo(csv);
        var answer = ask(question + ",\"format\":\"csv\"}", "application/json");
        assertThat(answer.body()).isEqualTo(csv);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(ask(question + "}", "*/*").body()).startsWith("{");
        assertThat(ask(question + ",\"format\":\"json\"}", "text/csv").body()).startsWith("{");
    }

    @Test
    void range_isPassedOnWithItsEndLeftOut() {
        String run = newRun(1_000);
        assertThat(asked(run, "\"axis\":\"step\",\"from\":-5,\"to\":7,\"max_points\":50"))
                .isEqualTo(new SeriesQuery(List.of(new RunRange("0", run, -5, 6)), List.of("loss"), Axis.STEP, 50));
        assertThat(asked(run, "\"axis\":\"time\",\"from\":\"1970-01-01T00:00:01Z\""))
                .isEqualTo(new SeriesQuery(
                        List.of(new RunRange("0", run, 1_000, Long.MAX_VALUE)), List.of("loss"), Axis.TIME, 1_000));
        assertThat(asked(run, "\"axis\":\"relative_time\",\"from\":10,\"to\":9223372036854775807"))
                .isEqualTo(new SeriesQuery(
                        List.of(new RunRange("0", run, 1_010, Long.MAX_VALUE)), List.of("loss"), Axis.TIME, 1_000));
    }

    @Test
    void relativeTime_isSinceTheStartOfTheRun() {
        String run = newRun(1_000);
        log(run, "loss", "0.5", 1_250, 1);
        String question = "{\"run_ids\":[\"" + run + "\"],\"keys\":[\"loss\"],\"axis\":\"relative_time\"}";
        assertThat(ask(question, "application/json").body())
                .contains("\"points\":[{\"relative_time\":250,\"timestamp\":1250,\"step\":1,\"value\":0.5}]");
        assertThat(ask(question, "text/csv").body())
                .isEqualTo("run_id,key,relative_time,timestamp,step,value\r\n" + run + ",loss,250,1250,1,0.5\r\n");
    }

    @Test
    void last_isWhatPostgresqlHas() {
        String run = newRun(0);
        log(run, "a", "1e400", 10, 5);
        log(run, "b", "2", 12, 1);
        var all = ask("{\"run_ids\":[\"" + run + "\"],\"last\":true}", "application/json");
        assertThat(all.headers().firstValue("X-Fourfold-Store")).contains("postgresql");
        assertThat(all.body())
                .contains(
                        "{\"run_id\":\"" + run
                                + "\",\"key\":\"a\",\"points\":[{\"timestamp\":10,\"step\":5,\"value\":\"Infinity\"}]}",
                        "\"key\":\"b\"");
        assertThat(ask("{\"run_ids\":[\"" + run + "\"],\"keys\":[\"b\",\"c\"],\"last\":true}", "text/csv")
                        .body())
                .isEqualTo("run_id,key,timestamp,step,value\r\n" + run + ",b,12,1,2.0\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[] | The body is a JSON object.",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"] | The body is not valid JSON.",
                "{\"keys\":[\"k\"]} | 'run_ids' is missing.",
                "{\"run_ids\":[\"r\"]} | 'keys' is missing.",
                "{\"run_ids\":[],\"keys\":[\"k\"]} | 'run_ids' is empty.",
                "{\"run_ids\":\"r\",\"keys\":[\"k\"]} | 'run_ids' is a list of texts.",
                "{\"run_ids\":[\"r\",\"r\"],\"keys\":[\"k\"]} | 'run_ids' has an entry twice.",
                "{\"run_ids\":[\"r\"],\"keys\":[7]} | 'keys' is a list of texts.",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"axis\":\"depth\"} | 'axis' is one of [step, time, relative_time].",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"format\":\"xml\"} | 'format' is one of [json, csv].",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"from\":5,\"to\":5} | 'to' is after 'from'.",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"from\":0.5} | 'from' is a whole number",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"from\":\"2026-01-31T12:00:00Z\"} | 'from' is a whole number.",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"axis\":\"time\",\"from\":\"Tuesday\"} | 'from' is not a time",
                "{\"run_ids\":[\"r\"],\"keys\":[\"k\"],\"max_points\":\"9\"} | 'max_points' is a whole number.",
                "{\"run_ids\":[\"r\"],\"last\":true,\"from\":1} | 'last' asks for the latest values",
                "{\"run_ids\":[\"r\"],\"keyz\":[\"k\"]} | 'keyz' is not known"
            })
    void question_thatIsBad_isRefused(String body, String why) {
        var answer = door.post(PATH, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("\"detail\":\"" + why);
    }

    @Test
    void question_aboutTooManyRuns_isRefused() {
        String runs = IntStream.range(0, 101).mapToObj(i -> "\"r" + i + "\"").collect(Collectors.joining(","));
        assertThat(door.post(PATH, "{\"run_ids\":[" + runs + "],\"keys\":[\"k\"]}")
                        .body())
                .contains("'run_ids' has at most 100 entries.");
    }

    @Test
    void run_unknown_isNotFound() {
        for (String more : new String[] {"", ",\"axis\":\"relative_time\"", ",\"last\":true"}) {
            var answer = door.post(PATH, "{\"run_ids\":[\"nope\"],\"keys\":[\"k\"]" + more + "}");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("urn:fourfold:problem:not-found", "Run with id=nope not found");
        }
    }

    @Test
    void form_ofAStrangePage_isNotTaken() {
        var answer = door.send(HttpRequest.newBuilder(door.uri(PATH))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    private SeriesQuery asked(String run, String more) {
        var answer = door.post(PATH, "{\"run_ids\":[\"" + run + "\"],\"keys\":[\"loss\"]," + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Objects.requireNonNull(metrics.lastSeriesQuery());
    }

    private java.net.http.HttpResponse<String> ask(String question, String accept) {
        return door.send(HttpRequest.newBuilder(door.uri(PATH))
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(question)));
    }

    private void log(String run, String key, String value, long timestamp, long step) {
        var answer = door.post(
                Door.API + "/runs/log-metric",
                "{\"run_id\":\"" + run + "\",\"key\":\"" + key + "\",\"value\":" + value + ",\"timestamp\":" + timestamp
                        + ",\"step\":" + step + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String newRun(long startMillis) {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\",\"start_time\":" + startMillis + "}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
