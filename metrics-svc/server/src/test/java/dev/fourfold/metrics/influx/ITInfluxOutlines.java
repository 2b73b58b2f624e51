package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.PointStore;
import dev.fourfold.metrics.point.PointStoreContract;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Outlines with chunks so short that any history is drawn from them, while points come in any order. */
final class ITInfluxOutlines {

    private static final long NOW = 1_763_000_000_000L;
    private static final int ALL = 1_000;

    @Property(tries = 30)
    void envelopes_areThoseOfWhatIsWritten(
            @ForAll("writes") List<List<Point>> writes, @ForAll("kept") int chunksWithPoints) throws Exception {
        var run = Contract.aRun();
        var written = new LinkedHashMap<List<Long>, Point>();
        try (var store =
                new InfluxPointStore(Influx.configuration("outlines", 4_000), new Outlines(3, 5, chunksWithPoints))) {
            for (List<Point> points : writes) {
                var fresh = points.stream()
                        .filter(point ->
                                written.putIfAbsent(List.of(point.timestampMillis(), point.step()), point) == null)
                        .toList();
                Contract.write(store, run, fresh);
                Contract.check(store, run, new ArrayList<>(written.values()), chunksWithPoints == ALL);
            }
        }
    }

    /** None, some of a long history's, all. */
    @Provide
    Arbitrary<Integer> kept() {
        return Arbitraries.of(0, 20, ALL);
    }

    /** Each write goes on from where the one before began, or somewhere else; one place never has two values. */
    @Provide
    Arbitrary<List<List<Point>>> writes() {
        Arbitrary<List<Point>> growing = Combinators.combine(
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.integers().between(20, 120),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.doubles().between(-5, 5).list().ofSize(120))
                .as((begin, count, stride, values) -> {
                    var points = new ArrayList<Point>();
                    for (int i = 0; i < count; i++) {
                        points.add(new Point("loss", NOW + begin + i, begin + (long) i * stride, values.get(i)));
                    }
                    return points;
                });
        Arbitrary<List<Point>> scattered = Combinators.combine(
                        Arbitraries.longs().between(NOW, NOW + 400),
                        Arbitraries.longs().between(0, 400),
                        Arbitraries.doubles().between(-5, 5))
                .as((timestamp, step, value) -> new Point("loss", timestamp, step, value))
                .list()
                .ofMaxSize(60);
        return Arbitraries.oneOf(growing, scattered).list().ofMinSize(1).ofMaxSize(6);
    }

    /** What the contract's kit offers. */
    private abstract static class Contract extends PointStoreContract {

        private static String aRun() {
            return newRun();
        }

        private static void write(PointStore store, String run, List<Point> points) throws Exception {
            store.write(List.of(batch(run, points)));
        }

        private static void check(PointStore store, String run, List<Point> points, boolean exactByStep)
                throws Exception {
            if (exactByStep) {
                assertSeries(store, run, points, Axis.STEP, Long.MIN_VALUE, Long.MAX_VALUE, 12);
                assertSeries(store, run, points, Axis.STEP, 40, 290, 12);
            } else {
                assertEnvelope(store, run, points, Axis.STEP, Long.MIN_VALUE, Long.MAX_VALUE, 12);
                assertEnvelope(store, run, points, Axis.STEP, 40, 290, 12);
            }
            assertSeries(store, run, points, Axis.TIME, Long.MIN_VALUE, Long.MAX_VALUE, 12);
            assertSeries(store, run, points, Axis.TIME, NOW + 40, NOW + 290, 12);
        }
    }
}
