package dev.fourfold.cache.http;

import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.BeatOperationsContract;
import dev.fourfold.contract.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Beats as the gateway tells them when cache-svc is a process of its own. */
final class ITBeatsOverHttp extends BeatOperationsContract {

    private static TwoProcesses processes;

    @BeforeAll
    static void start() throws Exception {
        processes = new TwoProcesses(
                Map.of("fourfold.state.redis.budget", "5s"), Map.of("fourfold.cache.client.read-timeout", "10s"));
        await("Redis answers", () -> {
            try {
                return processes.client(BeatOperations.class).read("r").number() == null;
            } catch (ProblemException e) {
                return false;
            }
        });
    }

    @AfterAll
    static void stop() {
        processes.close();
    }

    @Override
    protected BeatOperations beats() {
        return processes.client(BeatOperations.class);
    }
}
