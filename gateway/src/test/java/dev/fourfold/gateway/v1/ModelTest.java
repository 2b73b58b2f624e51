package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.fakes.FakeArtifacts;
import dev.fourfold.gateway.fakes.FakePurges;
import dev.fourfold.gateway.fakes.FakeRegistry;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.registry.CreateModelVersion;
import dev.fourfold.metadata.registry.CreateRegisteredModel;
import dev.fourfold.metadata.registry.SetAlias;
import dev.fourfold.metadata.run.CreateRun;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an address of a model is answered with at the door; registry and files behind it are fakes. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class ModelTest {

    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Door door;
    private final FakeRegistry registry;
    private final FakeArtifacts artifacts;
    private final FakeRuns runs;
    private final FakePurges purges;
    private final ModelReader models;
    private final String name = "m-" + UUID.randomUUID();
    private final String folder = "0/models/" + name;

    ModelTest(
            Door door,
            FakeRegistry registry,
            FakeArtifacts artifacts,
            FakeRuns runs,
            FakePurges purges,
            ModelReader models) {
        this.door = door;
        this.registry = registry;
        this.artifacts = artifacts;
        this.runs = runs;
        this.purges = purges;
        this.models = models;
    }

    @Test
    void alias_isAnsweredWithVersionFilesAndSignature() {
        version("mlflow-artifacts:/" + folder);
        registry.setAlias(new SetAlias(name, "best", "1"));
        door.put(FILES + folder + "/MLmodel", """
                artifact_path: model
                flavors:
                  sklearn: {serialization_format: cloudpickle}
                signature:
                  inputs: '[{"type": "double", "name": "x", "required": true}]'
                  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
                  params: null
                """);
        assertThat(resolved("models:/" + name + "@best").body()).isEqualTo("""
                {"uri":"models:/NAME@best","name":"NAME","version":"1","stage":"None","aliases":[],"run_id":null,\
                "source":"mlflow-artifacts:/0/models/NAME","artifact_uri":"mlflow-artifacts:/0/models/NAME",\
                "mlmodel":"read","signature":{"inputs":[{"type":"double","name":"x","required":true}],\
                "outputs":[{"type":"tensor","tensor-spec":{"dtype":"int64","shape":[-1]}}],"params":null}}""".replace("NAME", name));
        assertThat(artifacts.open()).isZero();
    }

    @Test
    void modelWithoutSignature_hasNone() {
        version("mlflow-artifacts:/" + folder);
        assertThat(resolved("models:/" + name + "/1").body()).endsWith("\"mlmodel\":\"absent\",\"signature\":null}");
        door.put(FILES + folder + "/MLmodel", "flavors: {}\n");
        assertThat(resolved("models:/" + name + "/1").body()).endsWith("\"mlmodel\":\"read\",\"signature\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs:/RUN/model", "mlflow-artifacts:/0/RUN/artifacts/model"})
    void filesOfARun_areGoneWithTheRun(String source) {
        String run = runs.create(new CreateRun("0", "me", null, 1L, List.of()))
                .info()
                .runId();
        version(source.replace("RUN", run));
        String address = "models:/" + name + "/1";
        door.put(FILES + "0/" + run + "/artifacts/model/MLmodel", "flavors: {}\n");
        assertThat(resolved(address).body()).contains("\"mlmodel\":\"read\"");
        assertThat(models.load(address).subjects())
                .containsAll(Subjects.ofPlace(run))
                .containsAll(Subjects.ofModel(name));
        runs.delete(run);
        purges.begin(new PurgeRequest(List.of(run), 0L, true, false, null));
        // Its files are removed later, of which no write tells.
        assertThat(resolved(address).body()).doesNotContain("\"mlmodel\":\"read\"");
    }

    @Test
    void whereFilesOfARunAreElsewhere_theRunCountsToo() {
        runs.artifactLocation("s3://another-bucket");
        String run = runs.create(new CreateRun("0", "me", null, 1L, List.of()))
                .info()
                .runId();
        runs.artifactLocation(null);
        version("runs:/" + run + "/model");
        assertThat(models.load("models:/" + name + "/1").subjects()).containsAll(Subjects.ofPlace(run));
    }

    @Test
    void filesElsewhere_areNotAskedFor() {
        version("s3://another-bucket/model");
        assertThat(resolved("models:/" + name + "/1").body())
                .contains("\"artifact_uri\":\"s3://another-bucket/model\"")
                .endsWith("\"mlmodel\":\"elsewhere\",\"signature\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just a text",
                "a: [1",
                "signature: !!javax.script.ScriptEngineManager [x]",
                "a: &a [*a]\nsignature: {inputs: '[1'}",
                "signature: {inputs: ''}",
                "signature: {inputs: '1 2'}",
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: {*b : 1}",
                "b: \u0000"
            })
    void fileThatIsNoDescription_isSaidToBeNone(String file) {
        version("mlflow-artifacts:/" + folder);
        door.put(FILES + folder + "/MLmodel", file);
        var answer = resolved("models:/" + name + "/1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"signature\":null").containsAnyOf("\"unreadable\"", "\"read\"");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aliasesWithinAliases_areNotMadeIntoWhatTheyStandFor() {
        var bomb = new StringBuilder("signature: {inputs: '[1]'}\na0: &a0 [" + "x,".repeat(200_000) + "x]\n");
        for (int i = 1; i <= 15; i++) {
            bomb.append("a%d: &a%d [*a%d,*a%d,*a%d]%n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        bomb.append("z: {*a15 : 1}\n");
        version("mlflow-artifacts:/" + folder);
        door.put(FILES + folder + "/MLmodel", bomb.toString());
        assertThat(resolved("models:/" + name + "/1").body()).contains("\"inputs\":[1]");
    }

    @Test
    void fileThatIsTooLong_isNotRead() {
        version("mlflow-artifacts:/" + folder);
        door.put(FILES + folder + "/MLmodel", "a: " + "x".repeat(600_000));
        assertThat(resolved("models:/" + name + "/1").body()).contains("\"unreadable\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "name", "runs:/1/model"})
    void addressOfNoVersion_isRefused(String uri) {
        assertThat(resolved(uri).statusCode()).isEqualTo(400);
    }

    private void version(String source) {
        registry.create(new CreateRegisteredModel(name, null, List.of()));
        registry.create(new CreateModelVersion(name, source, null, null, List.of(), "", ""));
    }

    private HttpResponse<String> resolved(String uri) {
        return door.get("/api/v1/models/resolve?uri=" + URLEncoder.encode(uri, StandardCharsets.UTF_8));
    }
}
