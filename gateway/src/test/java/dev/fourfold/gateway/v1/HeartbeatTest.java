package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeBeats;
import dev.fourfold.gateway.fakes.FakeHearts;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.run.UpdateRun;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
@Property(name = "fourfold.hearts.interval", value = "100ms")
class HeartbeatTest {

    private final Door door;
    private final FakeBeats beats;
    private final FakeHearts hearts;
    private final FakeRuns runs;

    HeartbeatTest(Door door, FakeBeats beats, FakeHearts hearts, FakeRuns runs) {
        this.door = door;
        this.beats = beats;
        this.hearts = hearts;
        this.runs = runs;
    }

    @Test
    void beat_saysWhenTheNextMustHaveCome_andTheStateIsSeen() {
        String run = run();
        assertThat(state(run))
                .isEqualTo("{\"run_id\":\"" + run
                        + "\",\"state\":\"none\",\"run_status\":\"RUNNING\",\"beats_known\":true}");
        var answer = beat(run, "{\"ttl_ms\": 5000, \"worker\": \"host:1\"}");
        assertThat(answer.body())
                .isEqualTo("{\"run_id\":\"" + run + "\",\"state\":\"beating\",\"beat_time\":1000000,\"ttl_ms\":5000,"
                        + "\"next_by\":1005000,\"resumed\":false,\"silent_since\":null}");
        assertThat(answer.headers().firstValue("X-Fourfold-Store")).hasValue("redis");
        assertThat(beat(run, "{\"ttl_ms\": 5000, \"worker\": \"host:1\"}").body())
                .isEqualTo(answer.body());
        assertThat(state(run))
                .isEqualTo("{\"run_id\":\"" + run + "\",\"state\":\"beating\",\"run_status\":\"RUNNING\","
                        + "\"ttl_ms\":5000,\"worker\":\"host:1\",\"begin_time\":1,\"last_beat\":1000000,"
                        + "\"next_by\":1005000,\"silent_since\":null,\"stopped_time\":null,\"reason\":null,"
                        + "\"beats_known\":true}");
        beats.away(true);
        assertThat(beat(run, "{}").statusCode()).isEqualTo(503);
        assertThat(beat(run, "{}").headers().firstValue("Retry-After")).isPresent();
        assertThat(state(run)).contains("\"state\":\"beating\"", "\"last_beat\":null", "\"beats_known\":false");
        await(() -> hearts.stated().contains("lost"));
        beats.away(false);
        assertThat(delete(run)).isEqualTo(204);
        assertThat(state(run)).contains("\"state\":\"none\"");
    }

    @Test
    void beatThatARedisTooBusyRefused_mayBeLost_butNoneOfAHeartTooMany() {
        String run = run();
        awaitTwoLooks();
        long before = lost();
        beats.fail(new Problem.Full("There are 5 hearts, the most that may be."));
        var full = beat(run, "{}");
        assertThat(full.statusCode()).isEqualTo(429);
        assertThat(full.headers().firstValue("Retry-After")).hasValue("30");
        awaitTwoLooks();
        assertThat(lost()).isEqualTo(before);
        beats.fail(new Problem.LimitExceeded("A service has too much to do now.", Duration.ofSeconds(1)));
        assertThat(beat(run, "{}").statusCode()).isEqualTo(429);
        await(() -> lost() > before);
        beats.fail(null);
    }

    @Test
    void beatWithoutABody_isOneOfAMinute() {
        String run = run();
        var answer = door.send(HttpRequest.newBuilder(door.uri(path(run))).PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.body()).contains("\"ttl_ms\":60000", "\"next_by\":1060000");
    }

    @Test
    void silentRun_isMarked_andRunsAgainWhenItBeats() {
        String run = run();
        beat(run, "{\"ttl_ms\": 1000}");
        hearts.sure(false);
        beats.silence(run);
        await(() -> hearts.stated().contains("one start"));
        assertThat(runs.get(run).info().status()).isEqualTo(RunStatus.RUNNING);
        hearts.sure(true);
        await(() -> runs.get(run).info().status() == RunStatus.FAILED);
        assertThat(state(run))
                .contains("\"state\":\"stopped\"", "\"reason\":\"stopped: x\"", "\"silent_since\":1000000");
        assertThat(beat(run, "{\"ttl_ms\": 1000}").body()).contains("\"resumed\":true", "\"silent_since\":1000000");
        assertThat(runs.get(run).info().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(beat(run, "{\"ttl_ms\": 1000}").body()).contains("\"resumed\":false");
    }

    @Test
    void heartsThatRedisForgot_areToldOfByOneGateway() {
        String run = run();
        beat(run, "{\"ttl_ms\": 1000}");
        beats.forgetAll();
        await(() -> state(run).contains("\"next_by\":1001000"));
        assertThat(state(run)).contains("\"last_beat\":null");
    }

    @Test
    void runThatEnded_hasNoHeart_whateverRedisKnows() {
        String run = run();
        beat(run, "{\"ttl_ms\": 1000}");
        runs.update(run, new UpdateRun(RunStatus.FINISHED, 5L, null));
        beats.confirm(true);
        var answer = beat(run, "{\"ttl_ms\": 1000}");
        beats.confirm(false);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("invalid-state");
        assertThat(beats.read(run).number()).isNull();
        assertThat(state(run)).contains("\"state\":\"ended\"", "\"run_status\":\"FINISHED\"");
    }

    @Test
    void runThatIsNotThere_isNotFound() {
        assertThat(beat("f".repeat(32), "{}").statusCode()).isEqualTo(404);
        assertThat(door.get(path("f".repeat(32))).statusCode()).isEqualTo(404);
        assertThat(delete("f".repeat(32))).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ttl_ms\": \"5\"}",
                "{\"ttl_ms\": 5.5}",
                "{\"worker\": 5}",
                "{\"more\": 1}",
                "[]",
                "nothing",
            })
    void wrongBody_isRefused(String body) {
        assertThat(beat(run(), body).statusCode()).isEqualTo(400);
    }

    private String run() {
        return runs.create(new CreateRun("0", "", null, 1, List.of())).info().runId();
    }

    private static String path(String run) {
        return "/api/v1/runs/" + run + "/heartbeat";
    }

    private String state(String run) {
        return door.get(path(run)).body();
    }

    private HttpResponse<String> beat(String run, String body) {
        return door.send(HttpRequest.newBuilder(door.uri(path(run)))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private long lost() {
        return hearts.stated().stream().filter("lost"::equals).count();
    }

    /** Each begins with saying what was lost before it. */
    private void awaitTwoLooks() {
        int looks = beats.looks();
        await(() -> beats.looks() > looks + 1);
    }

    private int delete(String run) {
        return door.send(HttpRequest.newBuilder(door.uri(path(run))).DELETE()).statusCode();
    }

    private static void await(BooleanSupplier condition) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
    }
}
