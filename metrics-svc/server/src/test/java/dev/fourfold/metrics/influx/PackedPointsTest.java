package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.Histories;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Points in few bytes. */
final class PackedPointsTest {

    @Property(tries = 500)
    void points_comeBackToTheLastBit(@ForAll("points") List<Point> points) {
        assertThat(Histories.exact(unpacked(points))).isEqualTo(Histories.exact(points));
    }

    @Test
    void trainingOfFloats_takesSomeSevenBytesAPoint() {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 64; i++) {
            points.add(new Point("loss", 1_763_000_000_000L + i * 250L, i, (float) Math.sin(i)));
        }
        assertThat(PackedPoints.of(points).bytes()).isBetween(64 * 7, 64 * 7 + 64);
        assertThat(Histories.exact(unpacked(points))).isEqualTo(Histories.exact(points));
    }

    private static List<Point> unpacked(List<Point> points) {
        var unpacked = new ArrayList<Point>();
        PackedPoints.of(points).forEach("loss", unpacked::add);
        return unpacked;
    }

    @Provide
    Arbitrary<List<Point>> points() {
        Arbitrary<Double> values = Arbitraries.oneOf(
                Arbitraries.of(
                        0.0,
                        -0.0,
                        1.5,
                        (double) Float.MIN_VALUE,
                        Double.MIN_VALUE,
                        (double) Float.MAX_VALUE,
                        1e39,
                        0.1),
                Arbitraries.floats().map(Float::doubleValue),
                Arbitraries.doubles());
        return Combinators.combine(
                        Arbitraries.longs().between(0, Place.FAR - 1),
                        Arbitraries.longs().between(0, Place.PLACES - 1),
                        values)
                .as((timestamp, step, value) -> new Point("loss", timestamp, step, value))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }
}
