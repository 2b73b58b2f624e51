package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeArtifacts;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.gateway.fakes.FakePurges;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.metadata.purge.PurgeCandidates;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.RunPurge;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class PurgeTest {

    private static final String PATH = "/api/v1/runs/purge";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Door door;
    private final FakePurges purges;
    private final FakeRuns runs;
    private final FakeArtifacts artifacts;
    private final FakeMetrics metrics;

    PurgeTest(Door door, FakePurges purges, FakeRuns runs, FakeArtifacts artifacts, FakeMetrics metrics) {
        this.door = door;
        this.purges = purges;
        this.runs = runs;
        this.artifacts = artifacts;
        this.metrics = metrics;
    }

    @Test
    void purge_isDoneByItself_andLeavesAReceipt() throws Exception {
        String run = deletedRun();
        String folder = "0/" + run + "/artifacts";
        door.put(FILES + folder + "/a/b.txt", "four");
        door.put(FILES + folder + "/c.txt", "seven!!");
        String path = "/api/v1/runs/" + run + "/logs";
        assertThat(door.post(path, "[{\"message\":\"a\"},{\"message\":\"b\"}]").statusCode())
                .isEqualTo(200);

        var begun = door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        assertThat(begun.body())
                .isEqualTo("{\"purges\":[{\"run_id\":\"" + run + "\",\"experiment_id\":\"0\",\"state\":\"open\","
                        + "\"requested_by\":null,\"deleted_time\":1,\"purged_time\":2,\"done_time\":null,"
                        + "\"removed\":{\"rows\":7,\"points\":null,\"lines\":null,\"files\":null,\"bytes\":null},"
                        + "\"left\":{\"models\":0,\"artifacts\":null},\"attempts\":0,\"problem\":null,\"due_time\":5}],"
                        + "\"more\":false}");
        awaitDone(run);

        assertThat(door.get("/api/v1/purges/" + run).body())
                .contains(
                        "\"state\":\"done\"",
                        "\"done_time\":3",
                        "\"removed\":{\"rows\":7,\"points\":0,\"lines\":2,\"files\":2,\"bytes\":11}",
                        "\"due_time\":null");
        assertThat(artifacts.paths()).noneMatch(file -> file.startsWith(folder));
        assertThat(door.get("/api/v1/purges?state=done&limit=5").body())
                .startsWith("{\"purges\":[{")
                .endsWith("],\"next\":null}");
        var again = door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}");
        assertThat(again.statusCode()).isEqualTo(200);
    }

    @Test
    void filesOfAPurgedRun_areNotTaken() throws Exception {
        String run = deletedRun();
        door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}");
        awaitDone(run);

        var late = door.put(FILES + "0/" + run + "/artifacts/late.txt", "late");
        assertThat(late.statusCode()).isEqualTo(404);
        assertThat(late.body()).contains("RESOURCE_DOES_NOT_EXIST", "Run with id=" + run + " not found");
        assertThat(artifacts.paths()).noneMatch(file -> file.contains(run));
        assertThat(door.put(FILES + "0/" + "f".repeat(32) + "/artifacts/a.txt", "a")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void filesThatAreNotOurs_areLeft_andNamed() throws Exception {
        runs.artifactLocation("s3://elsewhere/a");
        String run;
        try {
            run = deletedRun();
        } finally {
            runs.artifactLocation(null);
        }
        door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}");
        awaitDone(run);

        assertThat(door.get("/api/v1/purges/" + run).body())
                .contains("\"artifacts\":\"s3://elsewhere/a/" + run + "/artifacts\"", "\"files\":0");
    }

    @Test
    void storeThatIsAway_isWaitedFor_andTheOthersAreDone() throws Exception {
        metrics.failPurgesWith(new Problem.Unavailable("influxdb", "The store is away", Duration.ofSeconds(1)));
        String run = deletedRun();
        try {
            door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}");
            awaitThat(run, purge -> purge.problem() != null);
        } finally {
            metrics.failPurgesWith(null);
        }

        assertThat(door.get("/api/v1/purges/" + run).body())
                .contains(
                        "\"state\":\"open\"",
                        "\"points\":null,\"lines\":0,\"files\":0",
                        "\"attempts\":1,\"problem\":\"influxdb: The store is away\"");
    }

    @Test
    void ageAndRights_arePassedOn() {
        String run = deletedRun();
        door.post(PATH, "{\"run_ids\":[\"" + run + "\"],\"older_than\":\"1h30m\"}");
        assertThat(purges.lastRequest()).isEqualTo(new PurgeRequest(List.of(run), 5_400_000L, true, false, null));
        var none = door.post(PATH, "{\"experiment_ids\":[\"7\"]}");
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(none.body()).isEqualTo("{\"purges\":[],\"more\":false}");
        assertThat(purges.lastCandidates()).isEqualTo(new PurgeCandidates(List.of("7"), null, true, 101));
    }

    @Test
    void runThatIsNotDeleted_isRefused() {
        String run = newRun();
        assertThat(door.post(PATH, "{\"run_ids\":[\"" + run + "\"]}").statusCode())
                .isEqualTo(409);
        assertThat(door.get("/api/v1/purges/" + run).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"run_ids\":[]}",
                "{\"run_ids\":\"a\"}",
                "{\"run_ids\":[1]}",
                "{\"run_ids\":[\"a\"],\"experiment_ids\":[\"1\"]}",
                "{\"run_ids\":[\"a\"],\"older_then\":\"30d\"}",
                "{\"run_ids\":[\"a\"],\"older_than\":\"30\"}",
                "{\"run_ids\":[\"a\"],\"older_than\":30}"
            })
    void oddRequests_areRefused(String body) {
        var answer = door.post(PATH, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    private void awaitDone(String run) throws InterruptedException {
        awaitThat(run, RunPurge::done);
    }

    private void awaitThat(String run, Predicate<RunPurge> state) throws InterruptedException {
        Instant limit = Instant.now().plus(Duration.ofSeconds(30));
        while (!state.test(purges.get(run))) {
            assertThat(Instant.now()).as(purges.get(run).toString()).isBefore(limit);
            Thread.sleep(20);
        }
    }

    private String deletedRun() {
        String run = newRun();
        assertThat(door.post(Door.API + "/runs/delete", "{\"run_id\":\"" + run + "\"}")
                        .statusCode())
                .isEqualTo(200);
        return run;
    }

    private String newRun() {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
