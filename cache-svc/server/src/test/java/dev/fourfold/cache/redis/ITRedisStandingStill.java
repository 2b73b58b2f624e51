package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.embedded.TemporaryStores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis that is there and does not answer: readers wait for their budget a few times, then not at all. */
final class ITRedisStandingStill {

    /** Longer than a busy machine holds up a Redis that does answer. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private final String url = TemporaryStores.redis().url();
    private final RedisLink link = new RedisLink(
            RedisAddress.of(url, TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
            List.of(Scripts.values()));
    private final String pid = Long.toString(TemporaryStores.redis().pid().orElseThrow());

    @AfterEach
    void close() throws InterruptedException {
        link.close();
    }

    @Test
    void lookups_areBypassesAndSoonNotTried_andTriedAgainLater() throws Exception {
        var store =
                new RedisAnswerStore(link, new RedisConfiguration(url, Duration.ofMillis(50), Duration.ofMillis(250)));
        var view = viewOf(store);
        signal("STOP", pid);
        try {
            awaitOpenBreaker(store, view);
            assertThatThrownBy(() -> store.mark(view, "m", List.of("run:1"), Duration.ofMinutes(1)))
                    .isInstanceOf(CacheAwayException.class);
        } finally {
            signal("CONT", pid);
        }
        awaited(() -> store.lookup(view, "run:1"));
    }

    @Test
    void readersThatWereSlow_areNoReasonToRefuseAWriter() throws Exception {
        var store = new RedisAnswerStore(link, new RedisConfiguration(url, Duration.ofMillis(20), LONG));
        var view = viewOf(store);
        signal("STOP", pid);
        try {
            awaitOpenBreaker(store, view);
        } finally {
            signal("CONT", pid);
        }
        store.mark(view, "m", List.of("run:1"), Duration.ofMinutes(1));
        store.settle(view, "m", List.of("run:1"));
    }

    @Test
    void writersThatFail_areNoReasonToAskNoMoreForReaders() throws Exception {
        var store = new RedisAnswerStore(link, new RedisConfiguration(url, LONG, Duration.ofMillis(20)));
        var view = viewOf(store);
        signal("STOP", pid);
        try {
            for (int i = 0; i < 10; i++) {
                String mark = "m" + i;
                assertThatThrownBy(() -> store.mark(view, mark, List.of("run:2"), Duration.ofMinutes(1)))
                        .isInstanceOf(CacheAwayException.class);
            }
        } finally {
            signal("CONT", pid);
        }
        assertThat(store.lookup(view, "run:3")).isInstanceOf(Lookup.Miss.class);
    }

    private static CacheView viewOf(RedisAnswerStore store) throws Exception {
        var view = new CacheView(System.nanoTime(), awaited(store::incarnation));
        awaited(() -> store.lookup(view, "run:1"));
        return view;
    }

    private static void awaitOpenBreaker(RedisAnswerStore store, CacheView view) {
        String reason = "";
        for (int i = 0; i < 10 && !reason.equals("slow or failing just now"); i++) {
            reason = reasonOf(store, view);
        }
        assertThat(reason).isEqualTo("slow or failing just now");
    }

    private static String reasonOf(RedisAnswerStore store, CacheView view) {
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
