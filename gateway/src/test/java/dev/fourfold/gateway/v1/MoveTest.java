package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeMoves;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveRequest;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class MoveTest {

    private static final String PATH = "/api/v1/metrics/move";

    private final Door door;
    private final FakeMoves moves;

    MoveTest(Door door, FakeMoves moves) {
        this.door = door;
        this.moves = moves;
    }

    @Test
    void status_namesStoresPhaseAndDifferences() {
        assertThat(door.get(PATH).body())
                .isEqualTo("{\"reads\":\"postgresql\",\"writes\":[\"postgresql\",\"influxdb\"],\"move\":{\"id\":7,"
                        + "\"from\":\"postgresql\",\"to\":\"influxdb\",\"phase\":\"different\",\"step\":4,\"paused\":false,"
                        + "\"runs\":3,\"runs_copied\":3,\"runs_equal\":2,\"runs_different\":1,\"points_copied\":100,"
                        + "\"points_compared\":99,\"started_time\":1000,\"changed_time\":2000,\"problem\":null,"
                        + "\"differences\":[{\"experiment_id\":\"1\",\"run_id\":\"r\",\"points_from\":50,\"points_to\":51,"
                        + "\"checksum_from\":\"0000000000000abc\",\"checksum_to\":\"ffffffffffffffff\",\"key\":\"loss\","
                        + "\"timestamp\":12,\"step\":5,\"value\":\"0.5\",\"only_in\":\"influxdb\"}]}}");
    }

    @Test
    void start_tellsExperimentsOfRunsThatAreNotKnown() {
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        moves.unknown().add(run);
        var answer = door.post(PATH, "{\"from\":\"postgres\",\"to\":\"influxdb\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(moves.started()).isEqualTo(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
        assertThat(moves.told()).anyMatch(told -> told.runId().equals(run));
        moves.unknown().add("0123456789abcdef0123456789abcdef");
        answer = door.post(PATH, "{\"from\":\"postgres\",\"to\":\"influxdb\"}");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("0123456789abcdef0123456789abcdef");
        moves.unknown().clear();
    }

    @Test
    void oddRequests_areRefused() {
        assertThat(door.post(PATH, "{\"from\":\"postgres\"}").statusCode()).isEqualTo(400);
        assertThat(door.post(PATH, "{\"from\":\"postgres\",\"to\":\"paper\"}").statusCode())
                .isEqualTo(400);
        assertThat(door.post(PATH, "[]").statusCode()).isEqualTo(400);
        assertThat(door.post(PATH, "{").statusCode()).isEqualTo(400);
        assertThat(door.post(PATH + "/dance", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void actions_arePassedOn() {
        assertThat(door.post(PATH + "/switch-writes", "{}").statusCode()).isEqualTo(200);
        assertThat(moves.acted()).isEqualTo(MoveAction.SWITCH_WRITES);
        assertThat(door.post(PATH + "/retire-and-delete", "{}").statusCode()).isEqualTo(200);
        assertThat(moves.acted()).isEqualTo(MoveAction.RETIRE_AND_DELETE);
    }
}
