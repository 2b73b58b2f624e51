package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.StateOperationsContract;
import dev.fourfold.cache.state.ValueOperations;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.TemporaryStores;
import io.lettuce.core.RedisClient;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What training state promises on a real Redis, also where that forgets and starts again. */
final class ITRedisState extends StateOperationsContract {

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = ApplicationContext.run(Map.of(
                "fourfold.redis.url", "redis://127.0.0.1:1",
                "fourfold.state.redis.url", TemporaryStores.redis().url(),
                "fourfold.state.redis.budget", "5s"));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @BeforeEach
    void connect() throws Exception {
        await("Redis answers", () -> {
            try {
                return grounds().usage(namespace, limits(1, 1, false)).keys() >= 0;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                return false;
            }
        });
    }

    @Override
    protected BarrierOperations barriers() {
        return context.getBean(BarrierOperations.class);
    }

    @Override
    protected GroundOperations grounds() {
        return context.getBean(GroundOperations.class);
    }

    @Override
    protected LeaseOperations leases() {
        return context.getBean(LeaseOperations.class);
    }

    @Override
    protected ValueOperations values() {
        return context.getBean(ValueOperations.class);
    }

    @Test
    void aRedisThatForgotEverything_wantsAGround_andGrantsNothingUntilItOpens() {
        var mine = on(() -> leases().acquire(namespace, "a", new NewLease("w", 10_000)));
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            connection.sync().flushall();
        }
        Problem problem = problemOf(() -> on(
                limits(1, 100, false), 10, 10_000, () -> leases().acquire(namespace, "a", new NewLease("v", 10_000))));
        assertThat(problem).isInstanceOf(Problem.Unavailable.class);
        assertThat(problemOf(() -> on(() -> leases().renew(namespace, "a", mine.token(), 10_000))))
                .as("what is not known any more cannot be renewed")
                .isInstanceOf(Problem.InvalidState.class);
    }

    @Test
    void aRedisThatStartsAgain_grantsNothingUntilItOpens_andRenewsWhatItKnows() throws Exception {
        var mine = on(() -> leases().acquire(namespace, "a", new NewLease("w", 15_000)));
        // While a slow disk is at an fsync, Redis answers before it has written its file.
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            await(
                    "the file has the lease",
                    () -> connection.sync().info("persistence").contains("aof_buffer_length:0"));
        }
        ProcessHandle redis =
                ProcessHandle.of(TemporaryStores.redis().pid().orElseThrow()).orElseThrow();
        redis.destroyForcibly();
        redis.onExit().join();
        assertThat(problemOf(() -> leases().read(namespace, "a"))).isInstanceOf(Problem.Unavailable.class);
        TemporaryStores.redis().restart();
        connect();
        // Not even to who holds it by what Redis knows: another may hold it by what was lost.
        assertThat(problemOf(() -> on(
                        limits(1, 100, false),
                        10,
                        0,
                        () -> leases().acquire(namespace, "a", new NewLease("w", 10_000)))))
                .isInstanceOf(Problem.Unavailable.class);
        assertThat(on(() -> leases().renew(namespace, "a", mine.token(), 20_000))
                        .remainingMillis())
                .isEqualTo(20_000);
        assertThat(on(() -> leases().release(namespace, "a", mine.token())).held())
                .isTrue();
    }
}
