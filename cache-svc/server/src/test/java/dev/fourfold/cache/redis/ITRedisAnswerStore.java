package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.AnswerStore;
import dev.fourfold.cache.answer.AnswerStoreContract;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.embedded.TemporaryStores;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on a real Redis, and what only Redis can do to it: forget, and start again. */
final class ITRedisAnswerStore extends AnswerStoreContract {

    private static RedisLink link;
    private static RedisAnswerStore store;

    @BeforeAll
    static void connect() {
        // Budgets that a busy test machine keeps: what is tested here is the protocol, not the budget.
        var configuration =
                new RedisConfiguration(TemporaryStores.redis().url(), Duration.ofSeconds(5), Duration.ofSeconds(5));
        link = new RedisLink(
                RedisAddress.of(
                        configuration.url(), TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
                List.of(Scripts.values()));
        store = new RedisAnswerStore(link, configuration);
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        link.close();
    }

    @Override
    protected AnswerStore store() throws CacheAwayException {
        awaitConnection();
        return store;
    }

    private static void awaitConnection() throws CacheAwayException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                link.live();
                return;
            } catch (CacheAwayException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aRedisThatForgotEverything_makesTokensWorthlessAndGoesOn() throws Exception {
        fill(new byte[] {1});
        try (var client = RedisClient.create(TemporaryStores.redis().url());
                var connection = client.connect()) {
            connection.sync().flushall();
        }
        assertThat(found()).isNull();
        fill(new byte[] {2});
        assertThat(found()).isEqualTo(new byte[] {2});
    }

    @Test
    void aRedisThatStartsAgain_isAnotherIncarnation() throws Exception {
        fill(new byte[] {1});
        var before = view();
        ProcessHandle.of(TemporaryStores.redis().pid().orElseThrow())
                .orElseThrow()
                .destroyForcibly();
        ProcessHandle.of(TemporaryStores.redis().pid().orElseThrow())
                .ifPresent(process -> process.onExit().join());
        TemporaryStores.redis().restart();
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (view().incarnation().equals(before.incarnation())) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.onSpinWait();
        }
        // Its append-only file brought the answer back; the view from before does not reach it any more.
        assertThat(store().lookup(view(), "anything")).isInstanceOf(Lookup.Miss.class);
        assertThat(catchThrowable(() -> store().lookup(before, "anything"))).isInstanceOf(CacheAwayException.class);
    }
}
