package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeRegistry;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.CreateModelVersion;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model registry at the door, against answers measured on mlflow 3.17.2; the registry behind it is a fake. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class RegistryApiTest {

    private static final List<String> PREFIXES =
            List.of(Door.API, "/ajax-api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/3.0/mlflow");

    private final Door door;
    private final FakeRegistry registry;
    private final String name = "m-" + UUID.randomUUID();

    RegistryApiTest(Door door, FakeRegistry registry) {
        this.door = door;
        this.registry = registry;
    }

    @Test
    void model_readsBackAsMlflowWritesIt() {
        assertThat(ok("POST", "/registered-models/create", "{'name':'NAME'}"))
                .isEqualTo(
                        json(
                                "{'registered_model':{'name':'NAME','creation_timestamp':1000,'last_updated_timestamp':1000}}"));
        ok("POST", "/registered-models/set-tag", "{'name':'NAME','key':'k','value':'v'}");
        ok("POST", "/registered-models/set-tag", "{'name':'NAME','key':'gone'}");
        ok("DELETE", "/registered-models/delete-tag", "{'name':'NAME','key':'gone'}");
        ok("POST", "/model-versions/create", "{'name':'NAME','source':'s3://b/x'}");
        ok("POST", "/registered-models/alias", "{'name':'NAME','alias':'best','version':'1'}");
        var updated = ok("PATCH", "/registered-models/update", "{'name':'NAME','description':'new'}");
        assertThat(updated)
                .isEqualTo(
                        json(
                                "{'registered_model':{'name':'NAME','creation_timestamp':1000,'last_updated_timestamp':2000,'description':'new','latest_versions':[VERSION],'tags':[{'key':'k','value':'v'}],'aliases':[{'alias':'best','version':'1'}]}}"
                                        .replace(
                                                "VERSION",
                                                "{'name':'NAME','version':'1','creation_timestamp':1000,'last_updated_timestamp':1000,'current_stage':'None','description':'','source':'s3://b/x','run_id':'','status':'READY','run_link':''}")));
        for (var prefix : PREFIXES) {
            assertThat(door.get(prefix + "/registered-models/get?name=" + name).body())
                    .isEqualTo(updated);
        }
        ok("DELETE", "/registered-models/alias", "{'name':'NAME','alias':'best'}");
        ok("POST", "/registered-models/rename", "{'name':'NAME','new_name':'NAME-2'}");
        ok("DELETE", "/registered-models/delete", "{'name':'NAME-2'}");
        assertThat(door.get(Door.API + "/registered-models/get?name=" + name).statusCode())
                .isEqualTo(404);
    }

    @Test
    void version_readsBackAsMlflowWritesIt() {
        ok("POST", "/registered-models/create", "{'name':'NAME'}");
        ok(
                "POST",
                "/model-versions/create",
                "{'name':'NAME','source':'models:/m-1','run_id':'r','model_id':'m-1','run_link':'l','description':'d','tags':[{'key':'k','value':'v'}]}");
        assertThat(registry.lastCreation())
                .isEqualTo(
                        new CreateModelVersion(name, "models:/m-1", "r", "m-1", List.of(new Tag("k", "v")), "l", "d"));
        ok("POST", "/registered-models/alias", "{'name':'NAME','alias':'best','version':'1'}");
        ok("POST", "/model-versions/set-tag", "{'name':'NAME','version':'1','key':'gone','value':'v'}");
        ok("DELETE", "/model-versions/delete-tag", "{'name':'NAME','version':'1','key':'gone'}");
        assertThat(ok(
                        "POST",
                        "/model-versions/transition-stage",
                        "{'name':'NAME','version':'1','stage':'production','archive_existing_versions':true}"))
                .contains("\"current_stage\":\"Production\"");
        var updated = ok("PATCH", "/model-versions/update", "{'name':'NAME','version':'1'}");
        assertThat(updated)
                .isEqualTo(
                        json(
                                "{'model_version':{'name':'NAME','version':'1','creation_timestamp':1000,'last_updated_timestamp':2000,'current_stage':'Production','source':'models:/m-1','run_id':'r','status':'READY','tags':[{'key':'k','value':'v'}],'run_link':'l'}}"));
        for (var prefix : PREFIXES) {
            var query = "?name=" + name + "&version=1";
            assertThat(door.get(prefix + "/model-versions/get" + query).body()).isEqualTo(updated);
            assertThat(door.get(prefix + "/registered-models/alias?name=" + name + "&alias=best")
                            .body())
                    .isEqualTo(updated);
            assertThat(door.get(prefix + "/model-versions/get-download-uri" + query)
                            .body())
                    .isEqualTo("{\"artifact_uri\":\"models:/m-1\"}");
            assertThat(door.get(prefix + "/registered-models/get-latest-versions?name=" + name)
                            .body())
                    .isEqualTo(updated.replace("{\"model_version\":{", "{\"model_versions\":[{")
                            .replace("}}", "}]}"));
            assertThat(door.post(prefix + "/registered-models/get-latest-versions", json("{'name':'NAME'}"))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(ok("DELETE", "/model-versions/delete", "{'name':'NAME','version':'1'}"))
                .isEqualTo("{}");
    }

    @Test
    void search_asksTheRegistry() {
        door.get(Door.API + "/registered-models/search");
        assertThat(registry.lastModelQuery()).isEqualTo(new RegisteredModelQuery(null, List.of(), 100, null));
        ok("POST", "/registered-models/create", "{'name':'NAME'}");
        assertThat(door.get(
                                Door.API
                                        + "/registered-models/search?filter=name%3D%27a%27&max_results=0&order_by=name&order_by=timestamp&page_token=t")
                        .body())
                .endsWith("\"next_page_token\":\"next\"}");
        assertThat(registry.lastModelQuery())
                .isEqualTo(new RegisteredModelQuery("name='a'", List.of("name", "timestamp"), 0, "t"));
        door.get(Door.API + "/model-versions/search");
        assertThat(registry.lastVersionQuery()).isEqualTo(new ModelVersionQuery(null, List.of(), 200_000, null));
    }

    /** What is refused before the registry is asked. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "POST|/registered-models/create|{}|Missing value for required parameter 'name'. SEE",
                "POST|/registered-models/create|{'name':1}|Invalid value 1 for parameter 'name' supplied:  Hint: Value was of type 'int'. SEE",
                "POST|/registered-models/create|{'name':'x','tags':{}}|Invalid value {} for parameter 'tags' supplied:  Hint: Value was of type 'dict'. SEE",
                "POST|/registered-models/rename|{'name':'x'}|Missing value for required parameter 'new_name'. SEE",
                "PATCH|/registered-models/update||Missing value for required parameter 'name'. SEE",
                "DELETE|/registered-models/delete||Missing value for required parameter 'name'. SEE",
                "DELETE|/registered-models/delete-tag|{'name':'x'}|Missing value for required parameter 'key'. SEE",
                "POST|/registered-models/alias|{'name':'x','alias':'a'}|Missing value for required parameter 'version'. SEE",
                "GET|/registered-models/alias?name=x||Missing value for required parameter 'alias'. SEE",
                "POST|/registered-models/get-latest-versions|{'name':'x','stages':'y'}|Invalid value \\\"y\\\" for parameter 'stages' supplied:  Hint: Value was of type 'str'. SEE",
                "GET|/registered-models/search?max_results=1001||Invalid value \\\"1001\\\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. SEE",
                "GET|/model-versions/search?max_results=200001||Invalid value \\\"200001\\\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. SEE",
                "GET|/model-versions/search?max_results=x||Invalid value \\\"x\\\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. SEE",
                "POST|/model-versions/create|{'name':'x'}|Missing value for required parameter 'source'. SEE",
                "PATCH|/model-versions/update|{'name':'x','version':1}|Invalid value 1 for parameter 'version' supplied:  Hint: Value was of type 'int'. SEE",
                "POST|/model-versions/transition-stage|{'name':'x','version':'1'}|Missing value for required parameter 'stage'. SEE",
                "POST|/model-versions/transition-stage|{'name':'x','version':'1','stage':'None','archive_existing_versions':'true'}|Invalid value \\\"true\\\" for parameter 'archive_existing_versions' supplied:  Hint: Value was of type 'str'. SEE"
            })
    void malformed_isRefusedInMlflowsWords(String method, String path, String body, String message) {
        var answer = send(method, path, body == null ? "" : body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith("{\"error_code\":\"INVALID_PARAMETER_VALUE\",\"message\":\""
                        + message.replace("SEE", "See the API docs for more information about request parameters."));
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/registered-models/get",
        "GET,/registered-models/create",
        "POST,/registered-models/update",
        "POST,/model-versions/update",
        "POST,/registered-models/delete"
    })
    void otherMethod_isNotAllowed(String method, String path) {
        assertThat(send(method, path, "{}").statusCode()).isEqualTo(405);
    }

    private String ok(String method, String path, String body) {
        var answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** As MLflow's client sends it: PATCH and DELETE with a body, and no content type asked of them. */
    private HttpResponse<String> send(String method, String path, String body) {
        var request = HttpRequest.newBuilder(door.uri(Door.API + path));
        if (method.equals("GET")) {
            return door.send(request.GET());
        }
        if (method.equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        return door.send(request.method(method, HttpRequest.BodyPublishers.ofString(json(body))));
    }

    private String json(String text) {
        return text.replace('\'', '"').replace("NAME", name);
    }
}
