package dev.fourfold.gateway.loki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeLogs;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogFilter.Match;
import dev.fourfold.logs.LogFilter.Part;
import dev.fourfold.logs.LogOrder;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of Loki's requests on their way to logs-svc; what comes of them is in e2e/test_loki.py. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class LokiApiTest {

    private final Door door;
    private final FakeLogs logs;

    LokiApiTest(Door door, FakeLogs logs) {
        this.door = door;
        this.logs = logs;
    }

    @Test
    void lines_areAskedForWithTheirConditions() {
        String run = newRun();
        var answer = door.get(range(
                "{run_id=\"" + run
                        + "\", level=~\"warn|error\", stream!=\"stdout\"} |= \"a\" or \"b\" !~ `c+` |= `` | rank=\"\" | phase=\"x\"",
                "&direction=forward&limit=7&start=1600000000&end=1700000000.5"));
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[]}}");
        var query = Objects.requireNonNull(logs.lastQuery());
        assertThat(query.runIds()).containsExactly(run);
        assertThat(query.order()).isEqualTo(LogOrder.OLDEST_FIRST);
        assertThat(query.limit()).isEqualTo(7);
        assertThat(query.fromNanos()).isEqualTo(1_600_000_000_000_000_000L);
        assertThat(query.toNanos()).isEqualTo(1_700_000_000_500_000_000L);
        assertThat(query.filter())
                .isEqualTo(new LogFilter.All(List.of(
                        text(Part.LEVEL, "", Match.REGEX_WHOLE, "(?i:warn|error)"),
                        new LogFilter.Not(text(Part.STREAM, "", Match.EQUALS, "stdout")),
                        new LogFilter.Any(List.of(
                                text(Part.RANK, "", Match.EQUALS, ""),
                                new LogFilter.Not(text(Part.RANK, "", Match.REGEX, "")))),
                        text(Part.FIELD, "phase", Match.EQUALS, "x"),
                        new LogFilter.Any(List.of(
                                text(Part.MESSAGE, "", Match.CONTAINS, "a"),
                                text(Part.MESSAGE, "", Match.CONTAINS, "b"))),
                        new LogFilter.Not(new LogFilter.Any(List.of(text(Part.MESSAGE, "", Match.REGEX, "c+")))),
                        LogFilter.EVERY_LINE)));
    }

    @Test
    void run_thatIsNotThere_hasNoLines() {
        assertThat(door.get(range("{run_id=\"nope\"}", "")).body()).contains("\"result\":[]");
        assertThat(door.get(range("{run_id=~\"nope|neither\"}", "")).body()).contains("\"result\":[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{stream=\"stdout\"} | Which runs?",
                "{run_id!=\"a\"} | Which runs?",
                "{job=\"a\",run_id=\"b\"} | There is no label 'job' here",
                "{run_id=\"a\",run_name=~\"(\"} | The regular expression '(' cannot be read",
                "{run_id=\"a\"} x | cannot be read at character",
                "vector(1) | at one time only",
                "sum by (rank) (count_over_time({run_id=\"RUN\"}[1m])) | not counted by 'rank'",
                "sum (count_over_time({run_id=\"RUN\"}[61s])) | more than 10000 intervals"
            })
    void query_thatCannotBeAnswered_isRefused(String query, String why) {
        var answer = door.get(range(query.replace("RUN", newRun()), "&start=1700000000&end=1700060000&step=60s"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"status\":\"error\"", "\"message\":\"", why);
    }

    @ParameterizedTest
    @CsvSource({
        "start=2&end=1",
        "start=x",
        "end=99999999999999999999",
        "limit=0",
        "limit=10001",
        "direction=up",
        "step=0&start=1&end=2",
        "start=-1"
    })
    void parameter_thatIsOutOfBounds_isRefused(String parameter) {
        String query = parameter.startsWith("step")
                ? "count_over_time({run_id=\"" + newRun() + "\"}[1m])"
                : "{run_id=\"" + newRun() + "\"}";
        assertThat(door.get(range(query, "&" + parameter)).statusCode()).isEqualTo(400);
    }

    @Test
    void instant_ofLines_isRefused_andOfAVectorIsANumber() {
        assertThat(door.get("/loki/api/v1/query?query=" + encoded("{run_id=\"a\"}"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(door.get("/loki/api/v1/query?query=" + encoded("vector(1)+vector(1)") + "&time=4000000000")
                        .body())
                .isEqualTo(
                        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[4000000000,\"2\"]}]}}");
        assertThat(door.get("/loki/api/v1/query").statusCode()).isEqualTo(400);
    }

    @Test
    void labels_areThoseThatLinesHave() {
        assertThat(door.get("/loki/api/v1/labels?start=1&end=2").body())
                .isEqualTo(
                        "{\"status\":\"success\",\"data\":[\"experiment\",\"experiment_id\",\"level\",\"rank\",\"run_id\",\"run_name\",\"stream\"]}");
        assertThat(door.get("/loki/api/v1/label/experiment/values").body()).contains("\"Default\"");
        String run = newRun();
        assertThat(door.get("/loki/api/v1/label/run_id/values").body()).contains("\"" + run + "\"");
        assertThat(door.get("/loki/api/v1/label/nope/values").body()).endsWith("\"data\":[]}");
        assertThat(door.get("/loki/api/v1/series").statusCode()).isEqualTo(400);
    }

    @Test
    void route_unknown_isAnErrorInLokisForm() {
        var answer = door.get("/loki/api/v1/detected_labels?start=1&end=2");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).startsWith("{\"status\":\"error\",\"errorType\":\"not_found\"");
    }

    private static String range(String query, String more) {
        return "/loki/api/v1/query_range?query=" + encoded(query) + more;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static LogFilter text(Part part, String field, Match match, String text) {
        return new LogFilter.Text(part, field, match, text);
    }

    private String newRun() {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
