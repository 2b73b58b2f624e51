package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of many answers is handed to the cache, and for how long. */
class GuardedAnswersTest {

    private final Fills fills = new Fills();
    private final GenerationCopy generation = new GenerationCopy(new OneGeneration(), fills);
    private final GuardedAnswers answers = new GuardedAnswers(generation, fills);

    @AfterEach
    void close() throws InterruptedException {
        generation.close();
    }

    @Test
    void thatThereIsNothing_isKeptForAShortWhile() throws InterruptedException {
        awaitUse();
        byte[] something = {1};
        var read = answers.readAll("g", List.of("a", "b"), _ -> List.of(something, new byte[0]));
        assertThat(read.bytes()).containsExactly(something, new byte[0]);
        assertThat(fills.expiries.get("a")).isGreaterThan(Duration.ofMinutes(1));
        assertThat(fills.expiries.get("b")).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    @Test
    void moreThanALookupGives_isReadButNotKept() throws InterruptedException {
        awaitUse();
        byte[] half = new byte[AnswerOperations.MOST_BYTES_FOUND / 2];
        var read = answers.readAll("g", List.of("a", "b", "c"), places -> Collections.nCopies(places.size(), half));
        assertThat(read.bytes()).containsExactly(half, half, half);
        assertThat(fills.expiries).containsOnlyKeys("a", "b");
    }

    /** A generation is used once it has been seen for a second. */
    private void awaitUse() throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (generation.latest().flatMap(GenerationCopy.Copy::usable).isEmpty()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.sleep(20);
        }
    }

    /** Has nothing, and notes what it is given. */
    private static final class Fills implements AnswerOperations {

        private final Map<String, Duration> expiries = new HashMap<>();

        @Override
        public String incarnation() {
            return "redis";
        }

        @Override
        public Lookup lookup(CacheView view, String key) {
            return new Lookup.Bypass("not asked for");
        }

        @Override
        public void fill(
                CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry) {
            expiries.put(key, expiry);
        }

        @Override
        public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
            return new ManyLookup.Found(new ArrayList<>(Collections.nCopies(keys.size(), null)), "token");
        }

        @Override
        public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {
            answers.keySet().forEach(key -> expiries.put(key, expiry));
        }

        @Override
        public String mark(CacheView view, Collection<String> subjects, Duration longest) {
            return "mark";
        }

        @Override
        public void settle(CacheView view, String mark, Collection<String> subjects) {}
    }
}
