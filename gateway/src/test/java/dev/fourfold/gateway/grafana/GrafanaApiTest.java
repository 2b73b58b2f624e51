package dev.fourfold.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.gateway.fakes.FakeRegistry;
import dev.fourfold.metadata.registry.PromotionQuery;
import dev.fourfold.metrics.Axis;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of Grafana's requests on their way to the services; what comes of them is in e2e/test_grafana.py. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class GrafanaApiTest {

    private final Door door;
    private final FakeMetrics metrics;
    private final FakeRegistry registry;

    GrafanaApiTest(Door door, FakeMetrics metrics, FakeRegistry registry) {
        this.door = door;
        this.metrics = metrics;
        this.registry = registry;
    }

    @Test
    void points_areAskedForByRunMetricAndTime() {
        String run = newRun();
        String statement = "SELECT mean(\"loss\") FROM \"Default\" WHERE \"run_id\" =~ /^(" + run
                + "|nope)$/ AND time >= 1000ms and time <= 2999ms GROUP BY time(1s), \"run_name\" fill(null)";
        log(run, "loss", 1000, 2);
        log(run, "loss", 1500, 4);
        log(run, "loss", 2500, 5);
        String wanted = "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"Default\",\"tags\":{\"run_name\":"
                + "\"calm-lamb-986\"},\"columns\":[\"time\",\"mean\"],\"values\":[[1000,3.0],[2000,5.0]]}]}]}";
        assertThat(get(statement, "&db=fourfold&epoch=ms").body()).isEqualTo(wanted);
        assertThat(post(statement, "?db=fourfold&epoch=ms").body()).isEqualTo(wanted);
        var query = Objects.requireNonNull(metrics.lastSeriesQuery());
        assertThat(query.axis()).isEqualTo(Axis.TIME);
        assertThat(query.keys()).containsExactly("loss");
        assertThat(query.runs()).singleElement().satisfies(range -> {
            assertThat(range.runId()).isEqualTo(run);
            assertThat(range.from()).isEqualTo(1000);
            assertThat(range.to()).isEqualTo(2999);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'', '\"1970-01-01T00:00:01.500Z\"'",
        "&epoch=ns, 1500000000",
        "&epoch=u, 1500000",
        "&epoch=ms, 1500",
        "&epoch=s, 1"
    })
    void times_areWrittenInTheUnitAskedFor(String epoch, String wanted) {
        String run = newRun();
        log(run, "loss", 1500, 4);
        assertThat(get("SELECT last(loss) FROM \"Default\" WHERE run_id = '" + run + "'", epoch)
                        .body())
                .contains("\"values\":[[" + wanted + ",4.0]]");
    }

    @Test
    void run_thatIsNotThere_hasNoPoints() {
        String none = "{\"results\":[{\"statement_id\":0}]}";
        assertThat(get("SELECT loss FROM \"Default\" WHERE run_id = 'nope'", "").body())
                .isEqualTo(none);
        assertThat(get("SELECT loss FROM \"no such\"", "").body()).isEqualTo(none);
        assertThat(get("SELECT loss FROM \"Default\" WHERE run_id = '" + newRun() + "' AND time > 5s AND time < 5s", "")
                        .body())
                .isEqualTo(none);
    }

    @Test
    void promotions_areAskedForByTimeAndByExperimentOrRuns() {
        String run = newRun();
        String model = "model-" + run;
        write("/registered-models/create", "{\"name\":\"" + model + "\"}");
        write(
                "/model-versions/create",
                "{\"name\":\"" + model + "\",\"source\":\"s3://b/m\",\"run_id\":\"" + run + "\"}");
        write("/registered-models/alias", "{\"name\":\"" + model + "\",\"alias\":\"best\",\"version\":\"1\"}");
        write(
                "/model-versions/transition-stage",
                "{\"name\":\"" + model
                        + "\",\"version\":\"1\",\"stage\":\"Production\",\"archive_existing_versions\":false}");
        String statement = "SELECT title, text, tags FROM fourfold_events WHERE time >= 1500ms and time <= 2500ms AND "
                + "\"model\" = '" + model + "'";
        String wanted = "\"columns\":[\"time\",\"title\",\"text\",\"tags\"],\"values\":["
                + "[2000,\"Model has alias best\",\"MODEL version 1\",\"promotion,calm-lamb-986,MODEL\"],"
                        .replace("MODEL", model)
                + "[2000,\"Model in stage Production\",\"MODEL version 1\",\"promotion,calm-lamb-986,MODEL\"]]"
                        .replace("MODEL", model);
        String none = "{\"results\":[{\"statement_id\":0}]}";

        assertThat(get(statement, "&epoch=ms").body()).contains(wanted);
        assertThat(registry.lastPromotionQuery()).isEqualTo(promotions(List.of(), List.of()));
        assertThat(get(statement + " AND experiment = 'Default'", "&epoch=ms").body())
                .contains(wanted);
        assertThat(registry.lastPromotionQuery()).isEqualTo(promotions(List.of(), List.of("0")));
        assertThat(get(statement + " AND experiment = 'Default' AND run_id =~ /^(" + run + "|nope)$/", "&epoch=ms")
                        .body())
                .contains(wanted);
        assertThat(registry.lastPromotionQuery()).isEqualTo(promotions(List.of(run), List.of()));
        assertThat(get(statement + " AND experiment = 'none'", "").body()).isEqualTo(none);
        assertThat(get(statement + " AND run_id = 'nope'", "").body()).isEqualTo(none);
        assertThat(registry.lastPromotionQuery()).isEqualTo(promotions(List.of(run), List.of()));
        // What has no run: both are asked for without a bound.
        for (String tag : List.of("experiment", "run_id")) {
            assertThat(get(statement + " AND " + tag + " = ''", "").body()).isEqualTo(none);
            assertThat(registry.lastPromotionQuery()).isEqualTo(promotions(List.of(), List.of()));
            get(statement + " AND experiment = 'Default'", "");
        }
    }

    private static PromotionQuery promotions(List<String> runIds, List<String> experimentIds) {
        return new PromotionQuery(1500, 2500, runIds, experimentIds, 10_001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "SELECT loss INTO victim FROM \"Default\" | 400 | INTO",
                "SELECT loss FROM \"Default\"; DROP DATABASE victim | 400 | only one",
                "SHOW MEASUREMENTS; SHOW MEASUREMENTS | 400 | only one",
                "DROP DATABASE victim | 400 | 'DROP'",
                "SHOW MEASUREMENTS ON victim | 404 | database not found: victim",
                "SELECT mean(loss) FROM \"Default\" WHERE run_id = 'RUN' AND time >= 0 AND time < 1d GROUP BY time(1ms) | 400 | group by a longer time",
                "SELECT mean(loss) FROM \"Default\" WHERE run_id = 'RUN' AND time >= 0 GROUP BY step() | 400 | leave out the condition on time",
                "SELECT mean(loss) FROM \"Default\" WHERE run_id = 'RUN' GROUP BY step() fill(previous) | 400 | nothing is filled in",
                "SELECT loss FROM fourfold_events | 400 | Events have the columns",
                "SELECT title FROM fourfold_events GROUP BY run_id | 400 | not grouped",
                "SELECT count(title) FROM fourfold_events | 400 | nothing is computed",
            })
    void statement_thatCannotBeAnswered_isRefusedInInfluxDbsForm(String statement, int status, String why) {
        for (var answer : new HttpResponse<?>[] {
            get(statement.replace("RUN", newRun()), ""), post(statement.replace("RUN", newRun()), "")
        }) {
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(status);
            assertThat(answer.body().toString()).startsWith("{\"error\":\"").contains(why);
        }
    }

    @ParameterizedTest
    @CsvSource({"db=other, 404", "rp=other, 404", "epoch=x, 400", "db=fourfold, 200", "rp=autogen, 200", "db=, 200"})
    void parameter_thatIsNotKnown_isRefused(String parameter, int status) {
        assertThat(get("SHOW measurements", "&" + parameter).statusCode()).isEqualTo(status);
    }

    @Test
    void statement_thatIsMissing_orTooLong_isRefused() {
        assertThat(door.get("/grafana/influx/query").body())
                .isEqualTo("{\"error\":\"missing required parameter \\\"q\\\"\"}");
        assertThat(post("x".repeat(InfluxQlReader.LONGEST + 1), "").statusCode())
                .isEqualTo(400);
        assertThat(post("%".repeat(400_000), "").statusCode()).isEqualTo(413);
        assertThat(door.send(HttpRequest.newBuilder(door.uri("/grafana/influx/query"))
                                .POST(HttpRequest.BodyPublishers.ofString("q=%zz")))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void route_unknown_isAnErrorInInfluxDbsForm() {
        var answer = door.get("/grafana/influx/write?db=fourfold");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).startsWith("{\"error\":\"");
    }

    @Test
    void lists_areInInfluxDbsForm() {
        String run = newRun();
        assertThat(get("SHOW RETENTION POLICIES on \"fourfold\"", "").body())
                .contains("[\"autogen\",\"0s\",\"168h0m0s\",1,true]");
        assertThat(get("SHOW DATABASES", "").body())
                .isEqualTo(
                        "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"databases\",\"columns\":[\"name\"],"
                                + "\"values\":[[\"fourfold\"]]}]}]}");
        assertThat(get("SHOW measurements", "").body()).contains("[\"Default\"]", "[\"fourfold_events\"]");
        assertThat(get("SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i)dEF/ LIMIT 100", "")
                        .body())
                .contains("\"values\":[[\"Default\"]]");
        assertThat(get("SHOW TAG KEYS FROM \"Default\"", "").body()).contains("[\"run_id\"]", "[\"experiment\"]");
        assertThat(get("SHOW TAG VALUES FROM \"Default\" WITH KEY = \"run\" WHERE \"run_id\" = '" + run + "'", "")
                        .body())
                .contains("\"columns\":[\"key\",\"value\"],\"values\":[[\"run\",\"calm-lamb-986 (" + run + ")\"]]");
    }

    private HttpResponse<String> get(String statement, String more) {
        return door.get("/grafana/influx/query?q=" + encoded(statement) + more);
    }

    private HttpResponse<String> post(String statement, String query) {
        return door.send(HttpRequest.newBuilder(door.uri("/grafana/influx/query" + query))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("q=" + encoded(statement))));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void log(String run, String key, long time, double value) {
        write(
                "/runs/log-metric",
                "{\"run_id\":\"" + run + "\",\"key\":\"" + key + "\",\"timestamp\":" + time + ",\"value\":" + value
                        + "}");
    }

    private void write(String route, String json) {
        var answer = door.post(Door.API + route, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String newRun() {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
