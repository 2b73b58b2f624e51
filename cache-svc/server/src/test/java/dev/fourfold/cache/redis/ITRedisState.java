package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
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
import io.lettuce.core.ScoredValue;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.ArrayList;
import java.util.HashMap;
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
    void requests_areKnownForAMinuteHoweverManyThereAre_andThenTheLastTenThousand() {
        on(() -> values().add(namespace, "c", new Addition(1, "a minute ago")));
        on(() -> values().add(namespace, "c", new Addition(1, "a bit more than a minute ago")));
        on(() -> values().add(namespace, "c", new Addition(1, "more than an hour ago")));
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            var redis = connection.sync();
            String requests = "ffs:{" + namespace + "}:r";
            long now = System.currentTimeMillis();
            redis.zadd(requests, now - 3_601_000, "c:c more than an hour ago");
            assertThat(add("more than an hour ago")).as("counted again").isEqualTo(4);
            redis.zadd(requests, now - 3_601_000, "c:c more than an hour ago");
            redis.zadd(requests, now - 61_000, "c:c a bit more than a minute ago");
            redis.zadd(requests, now - 40_000, "c:c a minute ago");
            assertThat(add("a bit more than a minute ago")).as("few came since").isEqualTo(2);
            var others = new HashMap<String, String>();
            var times = new ArrayList<ScoredValue<String>>();
            for (int i = 0; i < 10_000; i++) {
                others.put("c:d " + i, "1");
                times.add(ScoredValue.just(now - 30_000, "c:d " + i));
            }
            redis.hset("ffs:{" + namespace + "}:a", others);
            @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of a type with parameters.
            ScoredValue<String>[] all = times.toArray(new ScoredValue[0]);
            redis.zadd(requests, all);
            assertThat(add("another")).isEqualTo(5);
            assertThat(redis.zscore(requests, "c:c more than an hour ago")).isNull();
            assertThat(redis.hlen("ffs:{" + namespace + "}:a")).isEqualTo(redis.zcard(requests));
            assertThat(add("a bit more than a minute ago")).as("counted again").isEqualTo(6);
            assertThat(add("a minute ago")).isEqualTo(1);
        }
    }

    private long add(String requestId) {
        return on(() -> values().add(namespace, "c", new Addition(1, requestId)))
                .value();
    }

    @Test
    void commandThatFails_costsNoConnection_butAServerThatForgotItsScriptsDoes() throws Exception {
        RedisLink link = context.getBean(RedisLink.class, Qualifiers.byName(RedisLinks.STATE));
        on(() -> values().add(namespace, "c", new Addition(1, null)));
        RedisLink.Live before = link.live();
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            connection.sync().set("ffs:{" + namespace + "}:k:k", "not ours");
            assertThat(problemOf(() -> values().get(namespace, "k")))
                    .isInstanceOfSatisfying(
                            Problem.Unavailable.class,
                            away -> assertThat(away.message()).contains("WRONGTYPE"));
            assertThat(link.live()).isSameAs(before);
            connection.sync().scriptFlush();
        }
        assertThat(problemOf(() -> values().count(namespace, "c")))
                .isInstanceOfSatisfying(
                        Problem.Unavailable.class,
                        away -> assertThat(away.message()).contains("NOSCRIPT"));
        connect();
        assertThat(on(() -> values().count(namespace, "c")).value()).isEqualTo(1);
    }

    @Test
    void whoWaitsAtABarrier_writesNothing() {
        on(() -> barriers().arrive(namespace, "b", new Arrival("one", 2, 1)));
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            long before = changes(connection.sync().info("persistence"));
            for (int i = 0; i < 3; i++) {
                assertThat(on(() -> barriers().arrive(namespace, "b", new Arrival("one", 2, 1))))
                        .isEqualTo(new Barrier(1, 1, 2, false));
            }
            assertThat(changes(connection.sync().info("persistence"))).isEqualTo(before);
            on(() -> barriers().arrive(namespace, "b", new Arrival("two", 2, 1)));
            long after = changes(connection.sync().info("persistence"));
            assertThat(after).isGreaterThan(before);
            assertThat(on(() -> barriers().arrive(namespace, "b", new Arrival("one", 2, 1)))
                            .open())
                    .isTrue();
            assertThat(changes(connection.sync().info("persistence"))).isEqualTo(after);
        }
    }

    private static long changes(String info) {
        return Long.parseLong(info.replaceAll("(?s).*rdb_changes_since_last_save:(\\d+).*", "$1"));
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
