package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MLflow's web page asks for, against answers measured on mlflow 3.17.2; the services behind the door are fakes. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class MlflowPageApiTest {

    private static final String BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk";
    private static final String INTERVAL = Door.API + "/metrics/get-history-bulk-interval";

    private final Door door;
    private String run = "";

    MlflowPageApiTest(Door door) {
        this.door = door;
    }

    @BeforeEach
    void logMetrics() {
        String created = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"curly\"}")
                .body();
        run = created.replaceAll("(?s).*\"run_id\":\"([^\"]+)\".*", "$1");
        String points = "{\"run_id\":\"" + run + "\",\"metrics\":["
                + "{\"key\":\"m\",\"value\":1,\"timestamp\":1,\"step\":0},"
                + "{\"key\":\"m\",\"value\":\"NaN\",\"timestamp\":2,\"step\":1},"
                + "{\"key\":\"m\",\"value\":\"Infinity\",\"timestamp\":3,\"step\":2}]}";
        assertThat(door.post(Door.API + "/runs/log-batch", points).statusCode()).isEqualTo(200);
    }

    @Test
    void bulk_givesThePointsOfRunsByTheirIds() {
        assertThat(door.get(BULK + "?run_id=nobody&run_id=" + run + "&metric_key=m&run_id=" + run)
                        .body())
                .isEqualTo(
                        "{\"metrics\":[{\"key\":\"m\",\"run_id\":\"R\",\"step\":0,\"timestamp\":1,\"value\":1.0},{\"key\":\"m\",\"run_id\":\"R\",\"step\":1,\"timestamp\":2,\"value\":NaN},{\"key\":\"m\",\"run_id\":\"R\",\"step\":2,\"timestamp\":3,\"value\":1.7976931348623157E308}]}"
                                .replace("\"R\"", "\"" + run + "\""));
        assertThat(door.get(BULK + "?run_id=" + run + "&metric_key=m&max_results=1")
                        .body())
                .containsOnlyOnce("\"key\"");
        for (String nothing : new String[] {"&metric_key=x", "&metric_key=", "&metric_key=m&max_results=0"}) {
            assertThat(door.get(BULK + "?run_id=" + run + nothing).body()).isEqualTo("{\"metrics\":[]}");
        }
        assertThat(door.get(BULK + "?run_id=nobody&metric_key=m").body()).isEqualTo("{\"metrics\":[]}");
        assertThat(door.get(Door.API + "/metrics/get-history-bulk?run_id=" + run + "&metric_key=m")
                        .statusCode())
                .isEqualTo(404);
    }

    /** Two points that MLflow holds for one do not take the room of another. */
    @Test
    void bulk_givesAsManyAsAskedAlsoWhereAnInfinityStandsBesideTheGreatestDouble() {
        String point = "{\"key\":\"twins\",\"value\":%s,\"timestamp\":%d,\"step\":0}";
        var points = new ArrayList<String>();
        for (int timestamp = 1; timestamp <= 3; timestamp++) {
            points.add(point.formatted("1.7976931348623157E308", timestamp));
            points.add(point.formatted("\"Infinity\"", timestamp));
        }
        points.add(point.formatted("4", 4));
        assertThat(door.post(
                                Door.API + "/runs/log-batch",
                                "{\"run_id\":\"" + run + "\",\"metrics\":[" + String.join(",", points) + "]}")
                        .statusCode())
                .isEqualTo(200);
        for (int most = 1; most <= 5; most++) {
            assertThat(door.get(BULK + "?run_id=" + run + "&metric_key=twins&max_results=" + most)
                            .body()
                            .split("\"key\"", -1))
                    .as("points and what is before the first, at most %s", most)
                    .hasSize(1 + Math.min(most, 4));
        }
    }

    @Test
    void interval_givesASampleOfRunsAsAsked() {
        String one =
                "{\"key\":\"m\",\"value\":\"NaN\",\"timestamp\":2,\"step\":1,\"run_id\":\"R\"},{\"key\":\"m\",\"value\":1.7976931348623157E308,\"timestamp\":3,\"step\":2,\"run_id\":\"R\"}"
                        .replace("\"R\"", "\"" + run + "\"");
        String bounds = "&metric_key=m&start_step=1&end_step=2";
        for (String prefix : new String[] {"/api/2.0/mlflow", "/ajax-api/2.0/mlflow"}) {
            assertThat(door.get(prefix + "/metrics/get-history-bulk-interval?run_ids=" + run + bounds)
                            .body())
                    .isEqualTo("{\"metrics\":[" + one + "]}");
        }
        assertThat(door.get(INTERVAL + "?run_ids=" + run + "&run_ids=" + run + bounds)
                        .body())
                .isEqualTo("{\"metrics\":[" + one + "," + one + "]}");
        assertThat(door.get(INTERVAL + "?run_ids=nobody&metric_key=m").body()).isEqualTo("{}");
        assertThat(door.get(INTERVAL + "?run_ids=" + run + "&metric_key=x").body())
                .isEqualTo("{}");
    }

    /** Columns: what follows the question mark, where RUN is a run and MANY are 101; the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bulk          | metric_key=m | GetMetricHistoryBulk request must specify at least one run_id.
                    bulk          | run_id=RUN | GetMetricHistoryBulk request must specify a metric_key.
                    bulk          | MANY_ID&metric_key=m | GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 101 run_ids.
                    bulk          | run_id=RUN&metric_key=m&max_results=abc | Invalid value "abc" for parameter 'max_results' supplied
                    bulk          | run_id=RUN&metric_key=m&max_results=-1 | Invalid value -1 for parameter 'max_results' supplied
                    bulk-interval | metric_key=m | Missing value for required parameter 'run_ids'. See the API docs
                    bulk-interval | run_ids=RUN | Missing value for required parameter 'metric_key'. See the API docs
                    bulk-interval | MANY_IDS&metric_key=m | GetMetricHistoryBulkInterval request must specify at most 100 run_ids. Received 101 run_ids. See the API docs
                    bulk-interval | run_ids=RUN&metric_key=m&start_step=1 | If either start step or end step are specified, both must be specified.
                    bulk-interval | run_ids=RUN&metric_key=m&end_step=1 | If either start step or end step are specified, both must be specified.
                    bulk-interval | run_ids=RUN&metric_key=m&start_step=2&end_step=1 | end_step must be greater than start_step. Found start_step=2 and end_step=1.
                    bulk-interval | run_ids=RUN&metric_key=m&max_results=0 | max_results must be between 1 and 2500. See the API docs
                    bulk-interval | run_ids=RUN&metric_key=m&max_results=2501 | max_results must be between 1 and 2500. See the API docs
                    bulk-interval | run_ids=RUN&metric_key=m&max_results=x | Invalid value "x" for parameter 'max_results' supplied
                    bulk-interval | run_ids=RUN&metric_key=m&start_step=x&end_step=1 | Invalid value "x" for parameter 'start_step' supplied
                    """)
    void badQuestion_isRefusedInMlflowsWords(String route, String query, String message) {
        String asked =
                query.replace("RUN", run).replace("MANY_IDS", many("run_ids")).replace("MANY_ID", many("run_id"));
        HttpResponse<String> answer = door.get("/ajax-api/2.0/mlflow/metrics/get-history-" + route + "?" + asked);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith(
                        "{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\"" + message.replace("\"", "\\\""));
    }

    @Test
    void graphql_givesARun() {
        String asked =
                "query GetRun($data: MlflowGetRunInput!) @component(name: \\\"MLflow.ExperimentRunTracking\\\") { mlflowGetRun(input: $data) { apiError { code } run { info { runName status runUuid endTime startTime lifecycleStage } experiment { name lastUpdateTime } modelVersions { name } data { metrics { key value step timestamp } tags { key value } } inputs { datasetInputs { dataset { name } } modelInputs { modelId } } outputs { modelOutputs { modelId } } } } }";
        assertThat(graphql(asked, "{\"data\":{\"runId\":\"" + run + "\"}}").body())
                .isEqualTo(
                        "{\"data\":{\"mlflowGetRun\":{\"apiError\":null,\"run\":{\"info\":{\"runName\":\"curly\",\"status\":\"RUNNING\",\"runUuid\":\"R\",\"endTime\":\"0\",\"startTime\":\"0\",\"lifecycleStage\":\"active\"},\"experiment\":{\"name\":\"Default\",\"lastUpdateTime\":\"8\"},\"modelVersions\":[],\"data\":{\"metrics\":[{\"key\":\"m\",\"value\":1.7976931348623157E308,\"step\":\"2\",\"timestamp\":\"3\"}],\"tags\":[{\"key\":\"mlflow.runName\",\"value\":\"curly\"}]},\"inputs\":{\"datasetInputs\":[],\"modelInputs\":[]},\"outputs\":{\"modelOutputs\":[]}}}},\"errors\":null}"
                                .replace("\"R\"", "\"" + run + "\""));
        assertThat(graphql(asked, "{\"data\":{\"runId\":\"nobody\"}}").body())
                .isEqualTo("{\"data\":{\"mlflowGetRun\":null},\"errors\":[\"Run with id=nobody not found\"]}");
    }

    @Test
    void graphql_givesExperimentsRunsAndCharts() {
        assertThat(graphql(
                                "{ mlflowGetExperiment(input: {experimentId: \\\"0\\\"}) { experiment { experimentId creationTime effectiveTraceArchivalRetention workspace } } }",
                                "{}")
                        .body())
                .isEqualTo(
                        "{\"data\":{\"mlflowGetExperiment\":{\"experiment\":{\"experimentId\":\"0\",\"creationTime\":\"7\",\"effectiveTraceArchivalRetention\":\"\",\"workspace\":\"default\"}}},\"errors\":null}");
        assertThat(graphql(
                                "{ mlflowSearchRuns(input: {experimentIds: [\\\"0\\\"], runViewType: ALL, maxResults: 5}) { nextPageToken runs { experiment { name } } } }",
                                "{}")
                        .body())
                .contains("\"errors\":null");
        assertThat(graphql(
                                "{ mlflowGetMetricHistoryBulkInterval(input: {runIds: [\\\"R\\\"], metricKey: \\\"m\\\", startStep: 1, endStep: 1}) { __typename metrics { timestamp step runId key value } apiError { code } } }"
                                        .replace("R\\", run + "\\"),
                                "null")
                        .body())
                .isEqualTo(
                        "{\"data\":{\"mlflowGetMetricHistoryBulkInterval\":{\"__typename\":\"MlflowGetMetricHistoryBulkIntervalResponse\",\"metrics\":[{\"timestamp\":\"2\",\"step\":\"1\",\"runId\":\"R\",\"key\":\"m\",\"value\":null}],\"apiError\":null}},\"errors\":null}"
                                .replace("\"R\"", "\"" + run + "\""));
    }

    @Test
    void graphql_withTooMuch_isNotRun() {
        String run = "mlflowGetRun(input: {runId: \\\"x\\\"}) { apiError { code } }";
        assertTooMuch(repeat(11, _ -> run), "at most 10 root fields, got 11 root fields");
        assertTooMuch(
                "mlflowGetRun { " + repeat(11, i -> "a" + i + ": __typename") + " }", "at most 10 aliases, got 11");
        assertTooMuch(
                "mlflowGetRun { "
                        + "... on MlflowGetRunResponse { a: __typename b: __typename c: __typename } ".repeat(4) + " }",
                "at most 10 aliases, got 12");
        assertTooMuch("a { ".repeat(10) + "b" + " }".repeat(10), "maximum depth of 10");
        assertTooMuch("a { " + "b ".repeat(1000) + "}", "maximum total selections of 1000");
        assertThat(graphql("{ ...f } fragment f on Query { ...f }", "{}").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}
                    []
                    {"query":3}
                    {"query":"{ mlflowGetRun("}
                    {"query":
                    """)
    void graphql_thatCannotBeRead_isRefused(String body) {
        assertThat(door.post("/graphql", body).statusCode()).isEqualTo(400);
    }

    @Test
    void traces_areNone_onThePageOnly() {
        assertThat(door.post("/ajax-api/3.0/mlflow/traces/search", "{}").body()).isEqualTo("{}");
        assertThat(door.post("/ajax-api/3.0/mlflow/traces/metrics", "{}").body())
                .isEqualTo("{}");
        assertThat(door.post("/api/3.0/mlflow/traces/search", "{}").statusCode())
                .isEqualTo(404);
        assertThat(door.post("/api/3.0/mlflow/traces", "{}").statusCode()).isEqualTo(404);
        assertThat(door.post("/v1/traces", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void page_isToldToReportNothing() {
        assertThat(door.get("/ajax-api/3.0/mlflow/ui-telemetry").body())
                .isEqualTo("{\"disable_ui_events\":[],\"disable_ui_telemetry\":true,\"ui_rollout_percentage\":0}");
        assertThat(door.post("/ajax-api/3.0/mlflow/ui-telemetry", "{\"records\":[]}")
                        .body())
                .isEqualTo("{\"status\":\"disabled\"}");
        assertThat(door.get("/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=api")
                        .body())
                .isEqualTo("{\"endpoints\":[]}");
    }

    private void assertTooMuch(String fields, String message) {
        HttpResponse<String> answer = graphql("{ " + fields + " }", "{}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"data\":null,\"errors\":[\"").contains(message);
    }

    private HttpResponse<String> graphql(String query, String variables) {
        return door.post("/graphql", "{\"query\":\"" + query + "\",\"variables\":" + variables + "}");
    }

    private static String many(String name) {
        return repeat(101, i -> name + "=" + i).replace(' ', '&');
    }

    private static String repeat(int times, IntFunction<String> text) {
        return IntStream.range(0, times).mapToObj(text).collect(Collectors.joining(" "));
    }
}
