package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Outlines beside a writer. */
final class OutlinesTest {

    private static final RunKey RUN = new RunKey("1", "run");

    private final TreeMap<Long, Double> stored = new TreeMap<>();
    private final Outlines outlines = new Outlines(4, 2, 100);

    @Test
    void series_isReadOnceAndThenItsEnd() {
        write(0, 22);
        try (var first = extend()) {
            assertThat(first.fromNanos()).isZero();
            assertThat(first.chunks()).hasSize(5);
            assertThat(first.tail()).hasSize(2);
            first.complete(true);
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
            reading.complete(true);
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
            extension.complete(true);
        }
        assertThat(outlines.size()).isZero();
    }

    @Test
    void seriesThatWasReadToItsEnd_isNotReadAgainUntilMoreIsWritten() {
        write(0, 22);
        complete();
        try (var again = extend()) {
            assertThat(again.isUpToDate()).isTrue();
            assertThat(again.chunks()).hasSize(5);
            assertThat(again.tail()).extracting(Point::step).containsExactly(20L, 21L);
            again.complete(true);
        }
        write(22, 23);
        try (var grown = extend()) {
            assertThat(grown.isUpToDate()).isFalse();
            grown.complete(false);
        }
        try (var inPart = extend()) {
            assertThat(inPart.isUpToDate()).as("read to some place").isFalse();
            write(23, 24);
            inPart.complete(true);
        }
        try (var disturbed = extend()) {
            assertThat(disturbed.isUpToDate())
                    .as("written to while it was read")
                    .isFalse();
            disturbed.complete(true);
        }
        try (var expired = extend(21)) {
            assertThat(expired.isUpToDate()).as("it began to expire").isFalse();
        }
    }

    @Test
    void points_areKeptOfAllChunksOrOfNone() {
        var few = new Outlines(4, 2, 10);
        write(0, 30);
        try (var reading = extend(few, Long.MIN_VALUE)) {
            assertThat(reading.room()).isEqualTo(10);
            assertThat(kept(reading)).isEqualTo(stored.headMap(place(28)));
            reading.complete(true);
        }
        write(30, 50);
        few.wrote(List.of(new PointBatch("1", "run", List.of(new Point("loss", 30, 30, 5)))));
        try (var reading = extend(few, Long.MIN_VALUE)) {
            assertThat(reading.chunks()).hasSize(12).allMatch(chunk -> chunk.kept() == null);
            assertThat(reading.room()).isZero();
            reading.complete(true);
        }
        few.wrote(List.of(new PointBatch("1", "run", List.of(new Point("loss", 9, 10, 5)))));
        try (var reading = extend(few, Long.MIN_VALUE)) {
            assertThat(reading.fromNanos()).as("short enough to be kept again").isZero();
        }
    }

    @Test
    void readersUnderWay_doNotKeepMoreThanThereIsRoomFor() {
        var large = new Outlines(64, 0, 1_000_000);
        try (var one = large.extend(RUN, "loss", Long.MIN_VALUE)) {
            for (long i = 0; i < 8_000_000 && one.room() > 0; i++) {
                one.number(List.of(), i * 1_000_000_000_000L % Place.PLACES + i * Place.PLACES, Math.sin(i));
            }
            assertThat(one.room()).isZero();
            assertThat(one.chunks()).hasSizeGreaterThan(10_000).allMatch(chunk -> chunk.kept() == null);
            try (var other = large.extend(RUN, "other", Long.MIN_VALUE)) {
                for (int i = 0; i < 64; i++) {
                    other.number(List.of(), i, i);
                }
                assertThat(other.room()).isZero();
            }
            one.complete(true);
        }
        try (var other = large.extend(RUN, "other", Long.MIN_VALUE)) {
            for (int i = 0; i < 64; i++) {
                other.number(List.of(), i, i);
            }
            assertThat(other.room()).isPositive();
        }
    }

    private static TreeMap<Long, Double> kept(Outlines.Extension extension) {
        var points = new TreeMap<Long, Double>();
        for (Chunk chunk : extension.chunks()) {
            var kept = chunk.kept();
            if (kept != null) {
                kept.forEach("loss", point -> points.put(Place.wideNanos(point), point.value()));
            }
        }
        return points;
    }

    private void complete() {
        try (var extension = extend()) {
            extension.complete(true);
        }
    }

    private Outlines.Extension extend() {
        return extend(Long.MIN_VALUE);
    }

    private Outlines.Extension extend(long expiredBefore) {
        return extend(outlines, expiredBefore);
    }

    private Outlines.Extension extend(Outlines outlines, long expiredBefore) {
        var extension = outlines.extend(RUN, "loss", expiredBefore);
        var rest = extension.isUpToDate() ? Map.<Long, Double>of() : stored.tailMap(extension.fromNanos());
        rest.forEach((nanos, value) ->
                extension.row(List.of("time", "loss"), new String[] {Long.toString(nanos), Double.toString(value)}));
        return extension;
    }

    private void write(int from, int to) {
        IntStream.range(from, to).forEach(i -> stored.put(place(i), Math.sin(i)));
        var points = IntStream.range(from, to)
                .mapToObj(i -> new Point("loss", i, i, Math.sin(i)))
                .toList();
        outlines.wrote(List.of(new PointBatch("1", "run", points)));
    }

    private static long place(int i) {
        return Place.wideNanos(new Point("loss", i, i, 0));
    }
}
