package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is handed to the cache, and for how long; and what becomes of what the cache refuses. */
class GuardedAnswersTest {

    private final Fills fills = new Fills();
    private final OneGeneration row = new OneGeneration();
    private final GenerationCopy generation = new GenerationCopy(row, fills);
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

    @Test
    void anAnswerThatCannotBeKept_isAnAnswer() throws InterruptedException {
        awaitUse();
        fills.refusing = true;
        byte[] something = {1};
        assertThat(answers.read("a", () -> new LoadedAnswer(something, Set.of("s"))))
                .isEqualTo(new HotAnswer(something, false));
        assertThat(answers.readAll("g", List.of("a", "b"), _ -> List.of(something, new byte[0]))
                        .bytes())
                .containsExactly(something, new byte[0]);
        assertThat(fills.refused).isEqualTo(3);
    }

    @Test
    void aChangeThatIsRefusedHalfDone_isMadeKnown_thoughItCouldNotBeMarked() throws InterruptedException {
        awaitUse();
        fills.unmarkable = true;
        var refusal = new Problem.InvalidArgument("the second half").toException();
        assertThatThrownBy(() -> answers.write(Set.of("s"), () -> {
                    throw refusal;
                }))
                .isSameAs(refusal)
                .hasNoSuppressedExceptions();
        assertThat(row.switchedOff()).isPositive();
    }

    @Test
    void aChangeThatIsRefused_endsItsMark() throws InterruptedException {
        awaitUse();
        assertThatThrownBy(() -> answers.write(Set.of("s"), () -> {
                    throw new Problem.InvalidArgument("no").toException();
                }))
                .isInstanceOf(ProblemException.class);
        assertThat(fills.settled).isEqualTo(1);
        assertThat(row.switchedOff()).isZero();
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
        private boolean refusing;
        private boolean unmarkable;
        private int refused;
        private int settled;

        @Override
        public String incarnation() {
            return "redis";
        }

        @Override
        public Lookup lookup(CacheView view, String key) {
            return new Lookup.Miss("token");
        }

        @Override
        public void fill(
                CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry) {
            check();
            expiries.put(key, expiry);
        }

        @Override
        public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
            return new ManyLookup.Found(new ArrayList<>(Collections.nCopies(keys.size(), null)), "token");
        }

        @Override
        public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {
            check();
            answers.keySet().forEach(key -> expiries.put(key, expiry));
        }

        private void check() {
            if (refusing) {
                refused++;
                throw new Problem.InvalidArgument("more subjects than there may be").toException();
            }
        }

        @Override
        public String mark(CacheView view, Collection<String> subjects, Duration longest) {
            if (unmarkable) {
                throw new Problem.Unavailable("redis", "away", Duration.ofSeconds(1)).toException();
            }
            return "mark";
        }

        @Override
        public void settle(CacheView view, String mark, Collection<String> subjects) {
            settled++;
        }
    }
}
