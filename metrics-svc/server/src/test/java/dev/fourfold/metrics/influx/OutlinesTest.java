package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Outlines beside a writer. */
final class OutlinesTest {

    private static final RunKey RUN = new RunKey("1", "run");

    private final TreeMap<Long, Double> stored = new TreeMap<>();
    private final Outlines outlines = new Outlines(4, 2);

    @Test
    void series_isReadOnceAndThenItsEnd() {
        write(0, 22);
        try (var first = extend()) {
            assertThat(first.fromNanos()).isZero();
            assertThat(first.chunks()).hasSize(5);
            assertThat(first.tail()).hasSize(2);
            first.complete();
        }
        assertThat(outlines.size()).isEqualTo(5);
        write(22, 25);
        try (var second = extend()) {
            assertThat(second.fromNanos()).isEqualTo(place(19) + 1);
            assertThat(second.chunks()).hasSize(6);
            assertThat(second.tail()).hasSize(1);
        }
        assertThat(outlines.size()).as("not said to be complete").isEqualTo(5);
    }

    @Test
    void latePoint_forgetsWhatLiesBehindIt() {
        write(0, 20);
        complete();
        stored.put(place(9) + 1, 5.0);
        outlines.wrote(List.of(new PointBatch("1", "run", List.of(new Point("loss", 9, 10, 5)))));
        assertThat(outlines.size()).isEqualTo(2);
        try (var again = extend()) {
            assertThat(again.chunks()).hasSize(5);
            assertThat(again.tail()).hasSize(1);
        }
    }

    @Test
    void pointWrittenWhileASeriesIsRead_isNotMissedLater() {
        write(0, 20);
        try (var reading = extend()) {
            outlines.wrote(List.of(new PointBatch("1", "run", List.of(new Point("loss", 9, 10, 5)))));
            reading.complete();
        }
        assertThat(outlines.size()).isEqualTo(2);
    }

    @Test
    void otherPoints_changeNothing() {
        write(0, 20);
        complete();
        outlines.wrote(List.of(
                new PointBatch("1", "other", List.of(new Point("loss", 0, 0, 5))),
                new PointBatch("2", "run", List.of(new Point("loss", 0, 0, 5))),
                new PointBatch(
                        "1",
                        "run",
                        List.of(
                                new Point("other", 0, 0, 5),
                                new Point("loss", 0, -1, 5),
                                new Point("loss", 0, 0, Double.NaN),
                                new Point("loss", Long.MAX_VALUE, 0, 5),
                                new Point("loss", 20, 20, 5)))));
        assertThat(outlines.size()).isEqualTo(5);
    }

    @Test
    void shortSeries_leaveNothingBehind() {
        write(0, 3);
        complete();
        assertThat(outlines.size()).isZero();
    }

    @Test
    void chunksThatAreExpired_areForgotten() {
        write(0, 100);
        complete();
        int before = outlines.size();
        // As InfluxDB drops it.
        stored.headMap(place(50)).clear();
        try (var extension = extend(50)) {
            assertThat(extension.chunks().getFirst().endNanos()).isGreaterThanOrEqualTo(place(50));
            assertThat(extension.chunks()).hasSizeBetween(1, before - 1);
        }
        try (var extension = extend(1_000)) {
            assertThat(extension.chunks().getFirst().startNanos()).isGreaterThanOrEqualTo(place(50));
        }
    }

    @Test
    void purgedRun_isForgottenByReadersUnderWayToo() {
        write(0, 100);
        complete();
        try (var extension = extend()) {
            outlines.forget(RUN);
            extension.complete();
        }
        assertThat(outlines.size()).isZero();
    }

    private void complete() {
        try (var extension = extend()) {
            extension.complete();
        }
    }

    private Outlines.Extension extend() {
        return extend(Long.MIN_VALUE);
    }

    private Outlines.Extension extend(long expiredBefore) {
        var extension = outlines.extend(RUN, "loss", expiredBefore);
        stored.tailMap(extension.fromNanos())
                .forEach((nanos, value) -> extension.row(
                        List.of("time", "loss"), new String[] {Long.toString(nanos), Double.toString(value)}));
        return extension;
    }

    private void write(int from, int to) {
        IntStream.range(from, to).forEach(i -> stored.put(place(i), Math.sin(i)));
    }

    private static long place(int i) {
        return Place.wideNanos(new Point("loss", i, i, 0));
    }
}
