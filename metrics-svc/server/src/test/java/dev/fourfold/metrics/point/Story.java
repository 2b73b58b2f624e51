package dev.fourfold.metrics.point;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What clients, the journal and the operator may do to a store of points, one thing after another. Keys and runs are
 * numbers into short lists, and most timestamps, steps and values come from small alphabets, so that points meet.
 *
 * @param keys what the keys of this story are called
 * @param maxNames how many names a store that counts them gives room in its rows
 */
record Story(List<String> keys, int maxNames, List<Act> acts) {

    static final int RUNS = 2;

    private static final long NOW = 1_763_000_000_000L;
    private static final long FAR = 1L << 42;

    /** Something that happens. */
    sealed interface Act {}

    /** Batches that the journal gives to the store at once. */
    record Write(List<Batch> batches) implements Act {}

    /** Points written before come again, from one of them on, in batches of this length. */
    record Again(int from, int count, int length) implements Act {}

    /** The service starts again: what it remembered is gone. */
    record Restart() implements Act {}

    /** Everything is read, in each of the ways there are. */
    record Look(Axis axis, long from, long to, int most, int limit) implements Act {}

    /** Points of one run. */
    record Batch(int run, List<Draft> drafts) {}

    /** A point, its key by number. */
    record Draft(int key, long timestampMillis, long step, double value) {

        Point toPoint(List<String> keys) {
            return new Point(keys.get(key % keys.size()), timestampMillis, step, value);
        }
    }

    static Arbitrary<Story> any() {
        return Combinators.combine(
                        anyKey().list().ofMinSize(1).ofMaxSize(4).uniqueElements(),
                        Arbitraries.of(0, 1, 3, 4_000),
                        anyAct().list().ofMinSize(1).ofMaxSize(12))
                .as(Story::new);
    }

    /** Every character that MLflow takes in a name, those that mean something to a store, and any other. */
    private static Arbitrary<String> anyKey() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.of("loss", "time", "run", "_field", "a", "a ", "A")),
                Tuple.of(2, Arbitraries.of(Points.KEYS)),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .withChars("azAZ09_-. :/\u00df\u0436\u00e9\u65e5\u00b2\u0663")
                                .ofMinLength(1)
                                .ofMaxLength(6)),
                Tuple.of(
                        1,
                        Arbitraries.strings()
                                .ascii()
                                .ofMinLength(1)
                                .ofMaxLength(5)
                                .filter(name -> name.indexOf(0) < 0)),
                Tuple.of(
                        1,
                        Arbitraries.strings()
                                .all()
                                .ofMinLength(1)
                                .ofMaxLength(5)
                                .filter(name ->
                                        name.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c)))));
    }

    private static Arbitrary<Act> anyAct() {
        Arbitrary<Act> write = batches().list().ofMinSize(1).ofMaxSize(4).map(Write::new);
        Arbitrary<Act> again = Combinators.combine(
                        Arbitraries.integers().between(0, 500),
                        Arbitraries.integers().between(1, 200),
                        Arbitraries.integers().between(1, 40))
                .as(Again::new);
        Arbitrary<Long> bounds = Arbitraries.oneOf(
                Arbitraries.longs().between(-5, 60),
                Arbitraries.longs().between(NOW - 5, NOW + 60),
                Arbitraries.of(Long.MIN_VALUE, -1L, 999_999L, 1_000_000L, FAR - 1, FAR, FAR + 1, Long.MAX_VALUE));
        Arbitrary<Act> look = Combinators.combine(
                        Arbitraries.of(Axis.values()),
                        bounds,
                        bounds,
                        Arbitraries.of(12, 13, 17, 30),
                        Arbitraries.frequencyOf(
                                Tuple.of(2, Arbitraries.integers().between(2, 9)),
                                Tuple.of(2, Arbitraries.integers().between(10, 400))))
                .as((axis, a, b, most, limit) -> new Look(axis, Math.min(a, b), Math.max(a, b), most, limit));
        return Arbitraries.frequencyOf(
                Tuple.of(6, write),
                Tuple.of(3, again),
                Tuple.of(1, Arbitraries.just((Act) new Restart())),
                Tuple.of(2, look));
    }

    private static Arbitrary<Batch> batches() {
        Arbitrary<List<Draft>> drafts = Arbitraries.frequencyOf(
                Tuple.of(4, drafts().list().ofMinSize(1).ofMaxSize(15)), Tuple.of(2, ladders()));
        return Combinators.combine(Arbitraries.integers().between(0, RUNS - 1), drafts)
                .as(Batch::new);
    }

    private static Arbitrary<Draft> drafts() {
        return Combinators.combine(Arbitraries.integers().between(0, 3), timestamps(), steps(), values())
                .as(Draft::new);
    }

    private static Arbitrary<Long> timestamps() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.longs().between(NOW, NOW + 3)),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                0L,
                                1L,
                                FAR - 1,
                                FAR,
                                FAR + 1,
                                2 * FAR - 1,
                                2 * FAR,
                                NOW * 1_000,
                                NOW * 1_000 + 1,
                                NOW * 1_000_000,
                                NOW * 1_000_000 + 1,
                                1L << 62,
                                Long.MAX_VALUE - 1,
                                Long.MAX_VALUE)),
                Tuple.of(1, Arbitraries.longs().between(0, Long.MAX_VALUE)));
    }

    private static Arbitrary<Long> steps() {
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.longs().between(0, 3)),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                -1L,
                                -1_000_000L,
                                -999_999L,
                                999_998L,
                                999_999L,
                                1_000_000L,
                                1_000_001L,
                                2_000_003L,
                                Long.MIN_VALUE,
                                Long.MIN_VALUE + 1,
                                Long.MAX_VALUE - 1,
                                Long.MAX_VALUE)),
                Tuple.of(1, Arbitraries.longs()));
    }

    private static Arbitrary<Double> values() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(0.0, -0.0, 1.0, -1.0, Double.NaN)),
                Tuple.of(
                        3,
                        Arbitraries.of(
                                Double.longBitsToDouble(0x7ff8000000000001L),
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                Double.MIN_VALUE,
                                -Double.MIN_VALUE,
                                Double.MIN_NORMAL,
                                Math.nextDown(Double.MIN_NORMAL),
                                Double.MAX_VALUE,
                                -Double.MAX_VALUE,
                                Math.nextDown(Double.MAX_VALUE),
                                0.1,
                                Math.nextUp(0.1),
                                9007199254740993.0,
                                1e21,
                                1e22,
                                1e23)),
                Tuple.of(1, Arbitraries.longs().map(Double::longBitsToDouble)));
    }

    /** A training as it mostly is, or all of it within a millisecond. */
    private static Arbitrary<List<Draft>> ladders() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.of(NOW, NOW + 20, FAR - 3),
                        Arbitraries.of(0L, 1L, 5L),
                        Arbitraries.of(0L, 10L, 999_990L, -3L, Long.MAX_VALUE - 200),
                        Arbitraries.of(1L, 3L),
                        Arbitraries.doubles().between(-2, 2).list().ofSize(4))
                .as((key, count, time, eachTime, step, eachStep, some) -> LongStream.range(0, count)
                        .mapToObj(i -> new Draft(
                                key, time + i * eachTime, step + i * eachStep, some.get((int) (i * 7 % 4)) * (i % 5)))
                        .toList());
    }
}
