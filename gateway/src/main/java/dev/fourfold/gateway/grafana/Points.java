package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.grafana.InfluxQl.Range;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads points for charts: what keeps the shape of a curve, or every one for what is computed. The latter asks metrics-svc
 * for ever smaller ranges until nothing is left out of one, which for a curve of up to 10,000 points is the first.
 */
@Singleton
final class Points {

    /** How many runs a statement may be about. */
    static final int MOST_CURVES = SeriesQuery.MAX_RUNS;

    /** How many points are read for one answer. */
    static final int MOST_READ = 1_000_000;

    /** Before Grafana's own limit of 30 s. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int FEWEST = 12;
    private static final int MOST_AT_ONCE = 10_000;

    /** Takes points, each curve in the order of the axis. */
    @FunctionalInterface
    interface Receiver {

        /** One point of a run. */
        void take(TaggedRun run, Point point);
    }

    private final MetricOperations metrics;
    private final RunPlaces places;

    Points(MetricOperations metrics, RunPlaces places) {
        this.metrics = metrics;
        this.places = places;
    }

    /** What curves are drawn from: every point where they are few. */
    void drawn(Collection<TaggedRun> runs, List<String> keys, Axis axis, Range range, Receiver receiver) {
        new Reading(runs, axis, receiver).first(keys, range, most(runs, keys), true);
    }

    /** The first and the last point of each curve, and perhaps some others. */
    void ends(Collection<TaggedRun> runs, List<String> keys, Axis axis, Range range, Receiver receiver) {
        new Reading(runs, axis, receiver).first(keys, range, FEWEST, true);
    }

    /**
     * Every point.
     *
     * @throws dev.fourfold.contract.ProblemException {@code TooLarge} where there are too many
     */
    void all(Collection<TaggedRun> runs, List<String> keys, Axis axis, Range range, Receiver receiver) {
        new Reading(runs, axis, receiver).first(keys, range, most(runs, keys), false);
    }

    private static int most(Collection<TaggedRun> runs, List<String> keys) {
        return Math.clamp(SeriesQuery.MAX_POINTS / ((long) runs.size() * keys.size()), FEWEST, MOST_AT_ONCE);
    }

    private final class Reading {

        private final Map<String, TaggedRun> runs;
        private final Axis axis;
        private final Receiver receiver;
        private final long endNanos = System.nanoTime() + LONGEST.toNanos();
        private int read;

        private Reading(Collection<TaggedRun> runs, Axis axis, Receiver receiver) {
            this.runs = runs.stream()
                    .collect(Collectors.toMap(run -> run.info().runId(), Function.identity(), (a, b) -> a));
            this.axis = axis;
            this.receiver = receiver;
        }

        private void first(List<String> keys, Range range, int most, boolean reduced) {
            List<RunRange> ranges = runs.keySet().stream()
                    .map(id -> new RunRange(places.experimentOf(id), id, range.from(), range.to()))
                    .toList();
            for (MetricSeries series : metrics.series(new SeriesQuery(ranges, keys, axis, most))) {
                if (reduced || !series.reduced()) {
                    take(series);
                } else {
                    halves(series, most == MOST_AT_ONCE);
                }
            }
        }

        private void take(MetricSeries series) {
            read += series.points().points().size();
            if (read > MOST_READ) {
                throw tooMany();
            }
            TaggedRun run = runs.get(series.points().runId());
            if (run != null) {
                series.points().points().forEach(point -> receiver.take(run, point));
            }
        }

        /** Reads what lies between the first and the last point again, in two parts where one is too much for sure. */
        private void halves(MetricSeries reduced, boolean tooMuch) {
            List<Point> points = reduced.points().points();
            long from = place(points.getFirst());
            long to = place(points.getLast());
            if (!tooMuch) {
                part(reduced, from, to);
                return;
            }
            if (from == to) {
                throw tooMany();
            }
            long middle = (from & to) + ((from ^ to) >> 1); // The mean, which may be past what a sum of two holds.
            part(reduced, from, middle);
            part(reduced, middle + 1, to);
        }

        private void part(MetricSeries of, long from, long to) {
            if (System.nanoTime() - endNanos > 0) {
                throw tooMany();
            }
            var range = new RunRange(of.points().experimentId(), of.points().runId(), from, to);
            for (MetricSeries series :
                    metrics.series(new SeriesQuery(List.of(range), List.of(of.key()), axis, MOST_AT_ONCE))) {
                if (series.reduced()) {
                    if (read + series.points().points().size() > MOST_READ) {
                        throw tooMany();
                    }
                    halves(series, true);
                } else {
                    take(series);
                }
            }
        }

        private long place(Point point) {
            return axis == Axis.TIME ? point.timestampMillis() : point.step();
        }

        private static RuntimeException tooMany() {
            return new Problem.TooLarge("Computing this takes more than " + MOST_READ + " points, or more than "
                            + LONGEST.toSeconds() + " s: choose fewer runs or less time, or ask for the points as they"
                            + " are (SELECT \"loss\"), which keeps the shape of curves of any length.")
                    .toException();
        }
    }
}
