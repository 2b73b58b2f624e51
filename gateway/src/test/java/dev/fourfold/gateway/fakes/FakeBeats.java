package dev.fourfold.gateway.fakes;

import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.Beaten;
import dev.fourfold.cache.heart.HeardHeart;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.Overdue;
import dev.fourfold.cache.heart.Overdue.SilentHeart;
import dev.fourfold.cache.heart.RecordedHeart;
import dev.fourfold.cache.heart.StartHeart;
import dev.fourfold.cache.heart.StartedHeart;
import dev.fourfold.cache.heart.Watcher;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Beats in a map, by a clock that stands; hearts are silent when the test says so. */
@Singleton
public final class FakeBeats implements BeatOperations {

    private static final String REDIS = "one start";
    private static final long NOW = 1_000_000;

    private final Map<String, HeardHeart> hearts = new ConcurrentSkipListMap<>();
    private final Map<String, Boolean> silent = new ConcurrentSkipListMap<>();
    private @Nullable Problem failure;
    private int looks;
    private boolean confirm;
    private boolean turn;

    /** Whether every call fails. */
    public synchronized void away(boolean now) {
        fail(now ? new Problem.Unavailable("redis", "Redis is away: switched off", Duration.ofSeconds(1)) : null);
    }

    /** How every call but a look fails; null for not at all. */
    public synchronized void fail(@Nullable Problem with) {
        failure = with;
    }

    /** How often somebody looked for silent hearts. */
    public synchronized int looks() {
        return looks;
    }

    /** Whether beats are to be confirmed. */
    public synchronized void confirm(boolean now) {
        confirm = now;
    }

    /** A heart is silent from now on. */
    public synchronized void silence(String runId) {
        silent.put(runId, true);
    }

    /** Nothing is known any more; the next watcher is to tell. */
    public synchronized void forgetAll() {
        hearts.clear();
        turn = true;
    }

    @Override
    public synchronized Beaten beat(String runId, Beat beat) {
        checkThere();
        HeardHeart heart = hearts.get(runId);
        if (heart == null || heart.ttlMillis() != beat.ttlMillis() || silent.containsKey(runId)) {
            return new Beaten(REDIS, NOW, null, false);
        }
        return new Beaten(REDIS, NOW, heart.number(), confirm);
    }

    @Override
    public synchronized StartedHeart start(String runId, StartHeart heart) {
        checkThere();
        silent.remove(runId);
        hearts.put(runId, new HeardHeart(heart.number(), heart.ttlMillis(), NOW, true, NOW, heart.worker()));
        return new StartedHeart(true, NOW);
    }

    @Override
    public synchronized void adopt(List<RecordedHeart> recorded) {
        checkThere();
        for (RecordedHeart heart : recorded) {
            hearts.putIfAbsent(
                    heart.runId(), new HeardHeart(heart.number(), heart.ttlMillis(), NOW, false, NOW, heart.worker()));
        }
    }

    @Override
    public synchronized Overdue overdue(Watcher watcher) {
        looks++;
        boolean yours = turn;
        turn = false;
        return new Overdue(
                REDIS,
                yours,
                hearts.size(),
                hearts.entrySet().stream()
                        .filter(entry -> silent.containsKey(entry.getKey()))
                        .map(entry -> {
                            Long number = entry.getValue().number();
                            return new SilentHeart(
                                    entry.getKey(),
                                    number == null ? 0 : number,
                                    NOW,
                                    true,
                                    entry.getValue().worker());
                        })
                        .toList());
    }

    @Override
    public synchronized HeardHeart read(String runId) {
        checkThere();
        return hearts.getOrDefault(runId, new HeardHeart(null, 0, 0, false, NOW, ""));
    }

    @Override
    public synchronized void forget(List<HeartNumber> forgotten) {
        checkThere();
        forgotten.forEach(heart -> hearts.remove(heart.runId()));
    }

    private void checkThere() {
        if (failure != null) {
            throw failure.toException();
        }
    }
}
