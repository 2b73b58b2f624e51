package dev.fourfold.cache.http;

import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.StateOperationsContract;
import dev.fourfold.cache.state.ValueOperations;
import dev.fourfold.contract.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Training state as the gateway reaches it when cache-svc is a process of its own. */
final class ITStateOverHttp extends StateOperationsContract {

    private static TwoProcesses processes;

    @BeforeAll
    static void start() throws Exception {
        processes = new TwoProcesses(
                Map.of("fourfold.state.redis.budget", "5s"), Map.of("fourfold.cache.client.read-timeout", "10s"));
        await("Redis answers", () -> {
            try {
                return processes
                                .client(GroundOperations.class)
                                .usage("n", limits(1, 1, false))
                                .keys()
                        >= 0;
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
    protected BarrierOperations barriers() {
        return processes.client(BarrierOperations.class);
    }

    @Override
    protected GroundOperations grounds() {
        return processes.client(GroundOperations.class);
    }

    @Override
    protected LeaseOperations leases() {
        return processes.client(LeaseOperations.class);
    }

    @Override
    protected ValueOperations values() {
        return processes.client(ValueOperations.class);
    }
}
