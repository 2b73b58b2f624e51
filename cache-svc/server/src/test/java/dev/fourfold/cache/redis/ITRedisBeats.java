package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.BeatOperationsContract;
import dev.fourfold.cache.heart.RecordedHeart;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.TemporaryStores;
import io.lettuce.core.RedisClient;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is promised of beats on a real Redis, also where that forgets, stands still and starts again. */
final class ITRedisBeats extends BeatOperationsContract {

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = ApplicationContext.run(Map.of(
                "fourfold.redis.url", "redis://127.0.0.1:1",
                "fourfold.state.redis.url", TemporaryStores.redis().url(),
                "fourfold.state.redis.budget", "5s",
                "fourfold.state.hearts.max", "50"));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @BeforeEach
    void connect() throws Exception {
        await("Redis answers", () -> {
            try {
                return beats().read(run).number() == null;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                return false;
            }
        });
    }

    @Override
    protected BeatOperations beats() {
        return context.getBean(BeatOperations.class);
    }

    @Test
    void aRedisThatForgotEverything_callsNobodySilent_beforeItWasToldOf() throws Exception {
        overdue();
        long number = begin();
        awaitSilent();
        flush();
        var first = overdue();
        assertThat(first.turn())
                .as("the caller is to tell which hearts there are")
                .isTrue();
        assertThat(first.known()).isZero();
        beats().adopt(List.of(new RecordedHeart(run, number, TTL, "")));
        long told = beats().read(run).atMillis();
        assertThat(awaitSilent().heard()).isFalse();
        assertThat(beats().read(run).nowMillis() - told).isGreaterThanOrEqualTo(TTL + GAP);
    }

    @Test
    void aRedisThatStartsAgain_forgetsBeatsThatItsFileHas() throws Exception {
        await("free", () -> overdue(60_000).turn());
        begin();
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            await(
                    "the file has the beat",
                    () -> connection.sync().info("persistence").contains("aof_buffer_length:0"));
        }
        ProcessHandle redis =
                ProcessHandle.of(TemporaryStores.redis().pid().orElseThrow()).orElseThrow();
        redis.destroyForcibly();
        redis.onExit().join();
        assertThat(problemOf(() -> beats().beat(run, new Beat(TTL, "")))).isInstanceOf(Problem.Unavailable.class);
        TemporaryStores.redis().restart();
        connect(); // The file has the beat, and it is not heard.
        assertThat(overdue().turn()).isTrue();
    }

    @Test
    void aRedisThatStoodStill_givesEverybodyTheWholeTime() throws Exception {
        overdue();
        begin();
        String pid = Long.toString(TemporaryStores.redis().pid().orElseThrow());
        signal("STOP", pid);
        long stood = System.nanoTime();
        try {
            while (System.nanoTime() - stood < (GAP + TTL) * 1_500_000L) {
                assertThat(problemOf(() -> beats().read(run))).isInstanceOf(Problem.Unavailable.class);
            }
        } finally {
            signal("CONT", pid);
        }
        connectAgain();
        long awake = beats().read(run).nowMillis();
        assertThat(awaitSilent().heard()).isTrue();
        assertThat(beats().read(run).nowMillis() - awake).isGreaterThanOrEqualTo(TTL);
    }

    @Test
    void heartsHaveABound() {
        flush();
        Problem problem = null;
        for (int i = 0; i < 60 && problem == null; i++) {
            String other = UUID.randomUUID().toString();
            try {
                beats().adopt(List.of(new RecordedHeart(other, 1, 60_000, "")));
            } catch (ProblemException e) {
                problem = e.problem();
                assertThat(i).isEqualTo(50);
            }
        }
        assertThat(problem).isInstanceOf(Problem.Full.class);
        assertThat(problemOf(() -> beats().beat(run, new Beat(TTL, "")))).isInstanceOf(Problem.Full.class);
        flush();
    }

    private void connectAgain() throws Exception {
        await("Redis answers", () -> {
            try {
                return beats().read(run).number() != null;
            } catch (ProblemException e) {
                return false;
            }
        });
    }

    private static void flush() {
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            connection.sync().flushall();
        }
    }

    private static void signal(String name, String pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }
}
