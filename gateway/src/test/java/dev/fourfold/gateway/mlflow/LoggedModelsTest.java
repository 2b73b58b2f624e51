package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeModels;
import dev.fourfold.metadata.model.ModelDataset;
import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.model.ModelQuery;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logged models, inputs and outputs at the door, as mlflow 3.17.2 answers; the services behind it are fakes. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class LoggedModelsTest {

    private static final String MODELS = Door.API + "/logged-models";

    private final Door door;
    private final FakeModels models;

    LoggedModelsTest(Door door, FakeModels models) {
        this.door = door;
        this.models = models;
    }

    @Test
    void model_created_readsBackAsMlflowWritesIt() {
        var created = door.post(
                MODELS,
                "{\"experiment_id\":\"0\",\"name\":\"n\",\"params\":[{\"key\":\"p\",\"value\":\"1\"},{\"key\":\"q\"}],\"tags\":[{\"key\":\"t\",\"value\":\"2\"}]}");
        String id = idOf(created);
        String expected =
                "{\"model\":{\"info\":{\"model_id\":\"ID\",\"experiment_id\":\"0\",\"name\":\"n\",\"creation_timestamp_ms\":1000,\"last_updated_timestamp_ms\":1000,\"artifact_uri\":\"mlflow-artifacts:/0/models/ID/artifacts\",\"status\":\"LOGGED_MODEL_PENDING\",\"model_type\":\"\",\"source_run_id\":\"\",\"tags\":[{\"key\":\"t\",\"value\":\"2\"}]},\"data\":{\"params\":[{\"key\":\"p\",\"value\":\"1\"},{\"key\":\"q\",\"value\":\"\"}],\"metrics\":[{\"key\":\"acc\",\"value\":0.5,\"timestamp\":1,\"step\":2,\"dataset_name\":\"d\",\"dataset_digest\":\"1\",\"model_id\":\"ID\",\"run_id\":\"r\"},{\"key\":\"nan\",\"value\":0.0,\"timestamp\":1,\"step\":2,\"model_id\":\"ID\",\"run_id\":\"r\"}]}}}"
                        .replace("ID", id);
        assertThat(created.body()).isEqualTo(expected);
        for (String prefix : List.of(
                MODELS,
                "/ajax-api/2.0/mlflow/logged-models",
                "/api/3.0/mlflow/logged-models",
                "/ajax-api/3.0/mlflow/logged-models")) {
            assertThat(door.get(prefix + "/" + id).body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"LOGGED_MODEL_READY\"", "2", "\"2\""})
    void model_finished_isWhatTheBodySays(String status) {
        String id = newModel();
        var finished = patch("/" + id, "{\"model_id\":\"" + id + "\",\"status\":" + status + "}");
        assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
        assertThat(finished.body()).contains("\"status\":\"LOGGED_MODEL_READY\"");
    }

    @Test
    void model_deleted_isFoundOnlyWhereAllowed() {
        String id = newModel();
        assertThat(delete("/" + id).body()).isEqualTo("{}");
        assertThat(door.get(MODELS + "/" + id).statusCode()).isEqualTo(404);
        assertThat(door.get(MODELS + "/" + id + "?allow_deleted=True").statusCode())
                .isEqualTo(200);
        assertThat(door.get(MODELS + "/" + id + "?allow_deleted=bogus").statusCode())
                .isEqualTo(404);
    }

    @Test
    void tagsAndParams_answerNothing() {
        String id = newModel();
        assertThat(patch("/" + id + "/tags", "{\"tags\":[{\"key\":\"a b+c\",\"value\":\"1\"}]}")
                        .body())
                .isEqualTo("{}");
        assertThat(delete("/" + id + "/tags/a%20b+c").body()).isEqualTo("{}");
        assertThat(delete("/" + id + "/tags/a%20b+c").body())
                .contains("RESOURCE_DOES_NOT_EXIST", "No tag with key 'a b+c' found for model with ID '" + id + "'.");
        assertThat(door.post(
                                MODELS + "/" + id + "/params",
                                "{\"model_id\":\"" + id + "\",\"params\":[{\"key\":\"late\",\"value\":\"1\"}]}")
                        .body())
                .isEqualTo("{}");
        assertThat(door.get(MODELS + "/" + id).body()).contains("{\"key\":\"late\",\"value\":\"1\"}");
    }

    @Test
    void search_asksWhatTheBodySays() {
        var answer = door.post(
                MODELS + "/search",
                "{\"experiment_ids\":[\"9\",\"8\"],\"filter\":\"name = 'x'\",\"datasets\":[{\"dataset_name\":\"d\"},{\"dataset_name\":\"e\",\"dataset_digest\":\"1\"}],\"order_by\":[{\"field_name\":\"name\"},{\"field_name\":\"metrics.acc\",\"ascending\":false,\"dataset_name\":\"d\"}],\"max_results\":7,\"page_token\":\"t\"}");
        assertThat(answer.body()).isEqualTo("{\"next_page_token\":\"next\"}");
        assertThat(models.lastQuery())
                .isEqualTo(new ModelQuery(
                        List.of("9", "8"),
                        "name = 'x'",
                        List.of(new ModelDataset("d", null), new ModelDataset("e", "1")),
                        7,
                        List.of(
                                new ModelOrder("name", true, null, null),
                                new ModelOrder("metrics.acc", false, "d", null)),
                        "t"));
    }

    @ParameterizedTest
    @CsvSource({", 50", "0, 100", "1, 1", "100000, 50000"})
    void search_pageSizes_areMlflows(@Nullable String given, int asked) {
        door.post(
                MODELS + "/search",
                "{\"experiment_ids\":[\"9\"]" + (given == null ? "" : ",\"max_results\":" + given) + "}");
        assertThat(models.lastQuery()).isEqualTo(new ModelQuery(List.of("9"), null, List.of(), asked, List.of(), null));
    }

    /** Columns: method, path, body, status, part of the answer. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "POST | /logged-models | {} | 400 | Missing value for required parameter 'experiment_id'.",
                "POST | /logged-models | {\"experiment_id\":\"0\",\"name\":5} | 400 | Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'.",
                "POST | /logged-models | {\"experiment_id\":\"0\",\"params\":\"x\"} | 400 | Invalid value \\\"x\\\" for parameter 'params' supplied:  Hint: Value was of type 'str'.",
                "GET | /logged-models/m-nope | | 404 | Logged model with ID 'm-nope' not found.",
                "GET | /logged-models/search | | 404 | Logged model with ID 'search' not found.",
                "PATCH | /logged-models/m-nope | {} | 400 | Missing value for required parameter 'model_id'.",
                "PATCH | /logged-models/m-nope | {\"model_id\":\"m-nope\"} | 400 | Missing value for required parameter 'status'.",
                "PATCH | /logged-models/m-nope | {\"model_id\":\"m-nope\",\"status\":2} | 404 | Logged model with ID 'm-nope' not found.",
                "PATCH | /logged-models/m-nope | {\"model_id\":\"m-nope\",\"status\":\"bogus\"} | 400 | 'status'",
                "PATCH | /logged-models/m-nope/tags | {\"tags\":\"x\"} | 400 | Invalid value \\\"x\\\" for parameter 'tags' supplied",
                "DELETE | /logged-models/m-nope | | 404 | Logged model with ID 'm-nope' not found.",
                "POST | /logged-models/m-nope/params | {\"params\":[]} | 400 | Missing value for required parameter 'model_id'.",
                "POST | /logged-models/search | {} | 400 | Missing value for required parameter 'experiment_ids'.",
                "POST | /logged-models/search | {\"experiment_ids\":[\"0\"],\"max_results\":-1} | 400 | Invalid value -1 for parameter 'max_results' supplied.",
                "POST | /logged-models/search | {\"experiment_ids\":[\"0\"],\"page_token\":5} | 400 | Invalid value 5 for parameter 'page_token' supplied",
                "GET | /logged-models/m-nope/artifacts/directories | | 404 | Logged model with ID 'm-nope' not found.",
                "GET | /logged-models/m-nope/artifacts/directories?artifact_directory_path=../x | | 400 | Invalid path",
                "GET | /ajax-api/2.0/mlflow/logged-models/m-nope/artifacts/files | | 400 | Request must include the \\\"artifact_file_path\\\" query parameter.",
                "GET | /ajax-api/2.0/mlflow/logged-models/m-nope/artifacts/files?artifact_file_path=%2e%2e/x | | 400 | Invalid path",
                "GET | /logged-models/m-nope/artifacts/files?artifact_file_path=x | | 404 | <h1>Not Found</h1>",
                "POST | /runs/log-inputs | {} | 400 | Missing value for required parameter 'run_id'.",
                "POST | /runs/log-inputs | {\"run_id\":\"x\",\"datasets\":\"x\"} | 400 | Invalid value \\\"x\\\" for parameter 'datasets' supplied",
                "POST | /runs/log-inputs | {\"run_id\":\"x\",\"datasets\":[{\"dataset\":5}]} | 400 | Invalid value 5 for parameter 'datasets[0].dataset' supplied",
                "POST | /runs/log-inputs | {\"run_id\":\"x\",\"datasets\":[{\"dataset\":{\"name\":5}}]} | 400 | Invalid value 5 for parameter 'datasets[0].dataset.name' supplied",
                "POST | /runs/outputs | {\"run_id\":\"x\"} | 400 | Missing value for required parameter 'models'.",
                "POST | /runs/log-model | {\"run_id\":\"x\"} | 400 | Missing value for required parameter 'model_json'.",
                "POST | /runs/log-model | {\"run_id\":\"x\",\"model_json\":\"{\"} | 400 | Malformed model info. \\n { \\n is not a valid JSON.",
                "POST | /runs/log-model | {\"run_id\":\"x\",\"model_json\":\"[]\"} | 400 | must be a JSON object",
                "POST | /runs/log-model | {\"run_id\":\"x\",\"model_json\":\"{}\"} | 400 | Model json is missing mandatory fields: {'artifact_path', 'flavors', 'run_id', 'utc_time_created'}",
                "POST | /ajax-api/2.0/mlflow/experiments/search-datasets | {} | 400 | SearchDatasets request must specify at least one experiment_id."
            })
    void oddRequest_isAnsweredInMlflowsWords(
            String method, String path, @Nullable String body, int status, String part) {
        String where = path.startsWith("/ajax") ? path : Door.API + path;
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        var answer = door.send(HttpRequest.newBuilder(door.uri(where))
                .header("Content-Type", "application/json")
                .method(method, publisher));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(part);
    }

    @Test
    void inputsAndOutputs_areShownByTheRun() {
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        door.post(
                Door.API + "/runs/log-inputs",
                "{\"run_id\":\"RUN\",\"datasets\":[{\"tags\":[{\"key\":\"mlflow.data.context\",\"value\":\"train\"}],\"dataset\":{\"name\":\"d\",\"digest\":\"1\",\"source_type\":\"local\",\"source\":\"{}\",\"schema\":\"s\",\"profile\":\"\"}},{\"dataset\":{\"name\":\"e\"}}],\"models\":[{\"model_id\":\"m-1\"}]}"
                        .replace("RUN", run));
        door.post(
                Door.API + "/runs/outputs",
                "{\"run_id\":\"RUN\",\"models\":[{\"model_id\":\"m-2\",\"step\":\"3\"},{\"model_id\":\"m-3\"}]}"
                        .replace("RUN", run));
        assertThat(door.get(Door.API + "/runs/get?run_id=" + run).body())
                .endsWith(
                        "\"inputs\":{\"dataset_inputs\":[{\"tags\":[{\"key\":\"mlflow.data.context\",\"value\":\"train\"}],\"dataset\":{\"name\":\"d\",\"digest\":\"1\",\"source_type\":\"local\",\"source\":\"{}\",\"schema\":\"s\"}},{\"dataset\":{\"name\":\"e\",\"digest\":\"\",\"source_type\":\"\",\"source\":\"\"}}],\"model_inputs\":[{\"model_id\":\"m-1\"}]},\"outputs\":{\"model_outputs\":[{\"model_id\":\"m-2\",\"step\":3},{\"model_id\":\"m-3\",\"step\":0}]}}}");
    }

    @Test
    void history_ofModels_isWrittenAsPythonWould() {
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        String json =
                "{\\\"artifact_path\\\":\\\"model\\\",\\\"flavors\\\":{\\\"f\\\":{\\\"x\\\":1,\\\"config\\\":{\\\"a\\\":2},\\\"l\\\":[1,2.5,{}]},\\\"é\\\":{}},\\\"utc_time_created\\\":\\\"2020\\\",\\\"run_id\\\":\\\"R\\\",\\\"extra\\\":1}";
        var logged =
                door.post(Door.API + "/runs/log-model", "{\"run_id\":\"" + run + "\",\"model_json\":\"" + json + "\"}");
        assertThat(logged.statusCode()).as(logged.body()).isEqualTo(200);
        assertThat(door.get(Door.API + "/runs/get?run_id=" + run).body().replace("\\\"", "'"))
                .contains(
                        "{\"key\":\"mlflow.log-model.history\",\"value\":\"[{'run_id': 'R', 'artifact_path': 'model', 'utc_time_created': '2020', 'model_uuid': null, 'flavors': {'f': {'x': 1, 'l': [1, 2.5, {}]}, '\\\\u00");
    }

    @Test
    void datasets_ofExperiments_areForTheWebPage() {
        assertThat(door.post("/ajax-api/2.0/mlflow/experiments/search-datasets", "{\"experiment_ids\":[\"0\",\"1\"]}")
                        .body())
                .isEqualTo(
                        "{\"dataset_summaries\":[{\"experiment_id\":\"0\",\"name\":\"d\",\"digest\":\"1\",\"context\":\"train\"},{\"experiment_id\":\"1\",\"name\":\"d\",\"digest\":\"1\"}]}");
        assertThat(door.post(
                                "/ajax-api/2.0/mlflow/experiments/search-datasets",
                                "{\"experiment_ids\":[" + "\"0\",".repeat(20) + "\"0\"]}")
                        .body())
                .contains(
                        "SearchDatasets request cannot specify more than 20 experiment_ids. Received 21 experiment_ids.");
    }

    @Test
    void files_ofAModel_areListedAndRead() {
        String id = newModel();
        String root = "/api/2.0/mlflow-artifacts/artifacts/0/models/" + id + "/artifacts/";
        door.put(root + "MLmodel", "hello");
        door.put(root + "sub/x.txt", "x");
        assertThat(door.get(MODELS + "/" + id + "/artifacts/directories").body())
                .isEqualTo(
                        "{\"root_uri\":\"mlflow-artifacts:/0/models/" + id
                                + "/artifacts\",\"files\":[{\"path\":\"MLmodel\",\"is_dir\":false,\"file_size\":5},{\"path\":\"sub\",\"is_dir\":true}]}");
        assertThat(door.get(MODELS + "/" + id + "/artifacts/directories?artifact_directory_path=sub")
                        .body())
                .contains("\"path\":\"sub/x.txt\"");
        var file = door.get("/ajax-api/2.0/mlflow/logged-models/" + id + "/artifacts/files?artifact_file_path=MLmodel");
        assertThat(file.body()).isEqualTo("hello");
        assertThat(file.headers().firstValue("Content-Disposition")).contains("attachment; filename=MLmodel");
    }

    private String newModel() {
        return idOf(door.post(MODELS, "{\"experiment_id\":\"0\",\"name\":\"x\"}"));
    }

    private static String idOf(HttpResponse<String> created) {
        assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
        return created.body().replaceAll(".*\"model_id\":\"(m-\\w+)\",\"experiment_id.*", "$1");
    }

    private HttpResponse<String> patch(String path, String json) {
        return door.send(HttpRequest.newBuilder(door.uri(MODELS + path))
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> delete(String path) {
        return door.send(HttpRequest.newBuilder(door.uri(MODELS + path)).DELETE());
    }
}
