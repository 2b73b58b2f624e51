package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.embedded.TemporaryStores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** A Redis that is there and does not answer: readers wait for their budget a few times, then not at all. */
final class ITRedisStandingStill {

    private final RedisConfiguration configuration =
            new RedisConfiguration(TemporaryStores.redis().url(), Duration.ofMillis(50), Duration.ofMillis(250));
    private final RedisLink link = new RedisLink(
            RedisAddress.of(configuration.url(), TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
            List.of(Scripts.values()));
    private final RedisAnswerStore store = new RedisAnswerStore(link, configuration);

    @Test
    void lookups_areBypassesAndSoonNotTried_andTriedAgainLater() throws Exception {
        String incarnation = awaited(store::incarnation);
        var view = new CacheView(1, incarnation);
        awaited(() -> store.lookup(view, "run:1"));
        String pid = Long.toString(TemporaryStores.redis().pid().orElseThrow());
        signal("STOP", pid);
        try {
            String reason = "";
            for (int i = 0; i < 10 && !reason.equals("slow or failing just now"); i++) {
                reason = reasonOf(view);
            }
            assertThat(reason).isEqualTo("slow or failing just now");
            assertThatThrownBy(() -> store.mark(view, "m", List.of("run:1"), Duration.ofMinutes(1)))
                    .isInstanceOf(CacheAwayException.class);
        } finally {
            signal("CONT", pid);
        }
        awaited(() -> store.lookup(view, "run:1"));
        link.close();
    }

    private String reasonOf(CacheView view) {
        try {
            return store.lookup(view, "run:1").toString();
        } catch (CacheAwayException e) {
            return e.reason();
        }
    }

    private static <T> T awaited(Callable<T> call) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return call.call();
            } catch (CacheAwayException e) {
                assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
                Thread.onSpinWait();
            }
        }
    }

    private static void signal(String name, String pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }
}
