package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The protocol at the door, against answers measured on mlflow 3.17.2; the services behind it are fakes. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class MlflowApiTest {

    private static final String API = Door.API;

    private final Door door;

    MlflowApiTest(Door door) {
        this.door = door;
    }

    @Test
    void experiment_created_readsBackAsMlflowWritesIt() {
        String name = "exp-" + UUID.randomUUID();
        var created = door.post(
                API + "/experiments/create",
                "{\"name\":\"" + name
                        + "\",\"tags\":[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":\"ü\"}]}");
        assertThat(created.body()).matches("\\{\"experiment_id\":\"\\d+\"}");
        assertThat(created.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(created.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(created.headers().firstValue("X-Fourfold-Store")).contains("postgresql");
        assertThat(created.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        String id = created.body().replaceAll("\\D", "");
        String expected =
                "{\"experiment\":{\"experiment_id\":\"ID\",\"name\":\"NAME\",\"artifact_location\":\"mlflow-artifacts:/ID\",\"lifecycle_stage\":\"active\",\"last_update_time\":1000,\"creation_time\":1000,\"tags\":[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":\"ü\"}],\"workspace\":\"default\"}}"
                        .replace("ID", id)
                        .replace("NAME", name);
        for (String prefix : new String[] {API, "/ajax-api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/3.0/mlflow"}) {
            assertThat(door.get(prefix + "/experiments/get?experiment_id=" + id).body())
                    .isEqualTo(expected);
        }
        assertThat(door.get(API + "/experiments/get-by-name?experiment_name=" + name)
                        .body())
                .isEqualTo(expected);
    }

    @Test
    void retentionClassThatIsNotConfigured_isRefused() {
        String tags = "\"tags\":[{\"key\":\"fourfold.retentionClass\",\"value\":\"VALUE\"}]}";
        for (String known : new String[] {"short", "lines", "default"}) {
            var created = door.post(
                    API + "/experiments/create",
                    "{\"name\":\"exp-" + UUID.randomUUID() + "\"," + tags.replace("VALUE", known));
            assertThat(created.statusCode()).isEqualTo(200);
        }
        var refused = door.post(
                API + "/experiments/create",
                "{\"name\":\"exp-" + UUID.randomUUID() + "\"," + tags.replace("VALUE", "long"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("INVALID_PARAMETER_VALUE", "configured are default, short, lines");
        var tagged = door.post(
                API + "/experiments/set-experiment-tag",
                "{\"experiment_id\":\"0\",\"key\":\"fourfold.retentionClass\",\"value\":\"long\"}");
        assertThat(tagged.statusCode()).isEqualTo(400);
    }

    @Test
    void run_logged_readsBackAsMlflowWritesIt() {
        String run = newRun(
                "{\"experiment_id\":\"0\",\"user_id\":\"ann\",\"run_name\":\"first\",\"start_time\":1700000000000}");
        post("/runs/log-metric", "{\"run_id\":\"R\",\"key\":\"loss\",\"value\":0.5,\"timestamp\":1700000000000}", run);
        post("/runs/log-parameter", "{\"run_id\":\"R\",\"key\":\"lr\",\"value\":\"0.1\"}", run);
        post("/runs/log-parameter", "{\"run_id\":\"R\",\"key\":\"empty\"}", run);
        post("/runs/set-tag", "{\"run_id\":\"R\",\"key\":\"k\",\"value\":\"v\"}", run);
        post(
                "/runs/log-batch",
                "{\"run_id\":\"R\",\"metrics\":[{\"key\":\"n\",\"value\":\"NaN\",\"timestamp\":9,\"step\":\"0\"},{\"key\":\"i\",\"value\":1e400,\"timestamp\":9,\"step\":-9223372036854775808}],\"params\":[{\"key\":\"p\",\"value\":\"1\"}],\"tags\":[{\"key\":\"x\",\"value\":\"y\"}]}",
                run);
        String expected =
                "{\"run\":{\"info\":{\"run_uuid\":\"R\",\"experiment_id\":\"0\",\"run_name\":\"first\",\"user_id\":\"ann\",\"status\":\"RUNNING\",\"start_time\":1700000000000,\"artifact_uri\":\"mlflow-artifacts:/0/R/artifacts\",\"lifecycle_stage\":\"active\",\"run_id\":\"R\"},\"data\":{\"metrics\":[{\"key\":\"loss\",\"value\":0.5,\"timestamp\":1700000000000,\"step\":0},{\"key\":\"n\",\"value\":\"NaN\",\"timestamp\":9,\"step\":0},{\"key\":\"i\",\"value\":1.7976931348623157E308,\"timestamp\":9,\"step\":-9223372036854775808}],\"params\":[{\"key\":\"lr\",\"value\":\"0.1\"},{\"key\":\"empty\",\"value\":\"\"},{\"key\":\"p\",\"value\":\"1\"}],\"tags\":[{\"key\":\"mlflow.runName\",\"value\":\"first\"},{\"key\":\"k\",\"value\":\"v\"},{\"key\":\"x\",\"value\":\"y\"}]},\"inputs\":{},\"outputs\":{}}}"
                        .replace("\"R\"", "\"" + run + "\"")
                        .replace("/R/", "/" + run + "/");
        assertThat(door.get(API + "/runs/get?run_id=" + run).body()).isEqualTo(expected);
        assertThat(door.get(API + "/runs/get?run_uuid=" + run + "&run_id=" + run)
                        .body())
                .isEqualTo(expected);
        assertThat(door.get(API + "/runs/get?run_uuid=" + run).body()).isEqualTo(expected);
        assertThat(door.get(API + "/metrics/get-history?run_id=" + run + "&metric_key=i")
                        .body())
                .isEqualTo(
                        "{\"metrics\":[{\"key\":\"i\",\"value\":1.7976931348623157E308,\"timestamp\":9,\"step\":-9223372036854775808}]}");
    }

    @Test
    void update_ofRun_answersInfo() {
        String run = newRun("{\"experiment_id\":\"0\",\"run_name\":\"u\"}");
        var answer = post("/runs/update", "{\"run_id\":\"R\",\"status\":3,\"end_time\":\"99\"}", run);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"run_info\":{\"run_uuid\":\"R\",\"experiment_id\":\"0\",\"run_name\":\"u\",\"user_id\":\"\",\"status\":\"FINISHED\",\"start_time\":0,\"end_time\":99,\"artifact_uri\":\"mlflow-artifacts:/0/R/artifacts\",\"lifecycle_stage\":\"active\",\"run_id\":\"R\"}}"
                                .replace("\"R\"", "\"" + run + "\"")
                                .replace("/R/", "/" + run + "/"));
    }

    /** Columns: method, path below the API, body or nothing, status, error code or nothing, message or whole body. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvFileSource(
            resources = "/mlflow-answers.csv",
            delimiter = '\t',
            quoteCharacter = '\0',
            maxCharsPerColumn = 100_000)
    void measured_request_isAnsweredAsMeasured(
            String method, String path, String body, int status, String code, String message) {
        String run = newRun("{\"experiment_id\":\"0\"}");
        String given = body == null ? "" : body.replace("RUN", run);
        String where = path.startsWith("/api") ? path : API + path.replace("RUN", run);
        HttpResponse<String> answer = method.equals("GET") ? door.get(where) : door.post(where, given);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (code == null) {
            assertThat(answer.body()).isEqualTo(message.replace("RUN", run));
        } else {
            assertThat(answer.body())
                    .startsWith("{\"error_code\":\"" + code + "\",\"message\":\""
                            + message.replace("RUN", run)
                                    .replace("SEE", "See the API docs for more information about request parameters."));
        }
    }

    private String newRun(String json) {
        var created = door.post(API + "/runs/create", json);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
        assertThat(created.body()).contains("\"inputs\":{}").doesNotContain("outputs");
        return created.body().replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }

    private HttpResponse<String> post(String path, String json, String run) {
        var answer = door.post(API + path, json.replace("\"R\"", "\"" + run + "\""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }
}
