package dev.fourfold.metrics.point;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import java.math.BigInteger;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is written, in whatever order, parts and repeats, with the service starting again and the store failing in
 * between: what is read is what {@link Histories} says, to the last bit. An engine's test says how a store on it is
 * opened. How many stories are tried is jqwik's setting {@code jqwik.tries.default}, a system property too.
 */
public abstract class HistoryProperties {

    /** A store that fails more often than not is broken. */
    private static final int MOST_FAILURES = 20;

    /**
     * A store that knows nothing but what is on the one engine of this test class. It may fail now and then.
     *
     * @param maxNames how many names get room in its rows, if it counts them
     */
    protected abstract PointStore open(int maxNames);

    /** Whether what is kept of a long series by step is to the point what the model keeps, or as near as promised. */
    protected abstract boolean exactByStep();

    /** Without edge cases: the alphabets of a story have them. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void whateverIsDone_histories_areWhatMlflowsRulesSay(@ForAll("stories") Story story) throws Exception {
        try (var telling = new Telling(story, () -> new Bare(open(story.maxNames())))) {
            telling.tell();
        }
    }

    /** Few, as a journal waits for the disk. */
    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
    void whateverIsDone_throughTheJournal_histories_areWhatMlflowsRulesSay(@ForAll("stories") Story story)
            throws Exception {
        var folder = Files.createTempDirectory("histories-journal");
        var configuration = new MetricsConfiguration(
                MetricsConfiguration.INFLUXDB, folder, 1 << 30, Duration.ofSeconds(30), 1_000, 16 << 20, "1/1");
        try (var telling = new Telling(story, () -> {
            var store = open(story.maxNames());
            return new Journaled(store, new MetricService(store, configuration));
        })) {
            telling.tell();
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    @Provide
    Arbitrary<Story> stories() {
        return Story.any();
    }

    /** One story, what was written so far, and the store. */
    private final class Telling implements AutoCloseable {

        private final Story story;
        private final String experiment = UUID.randomUUID().toString();
        private final List<RunRef> runs = List.of(
                new RunRef(experiment, UUID.randomUUID().toString()),
                new RunRef(experiment, "\u0436-" + UUID.randomUUID()));

        /** In the order in which they were written; each run's points are by themselves. */
        private final List<List<Point>> written = List.of(new ArrayList<>(), new ArrayList<>());

        private final Supplier<Target> opening;
        private Target store;

        private Telling(Story story, Supplier<Target> opening) {
            this.story = story;
            this.opening = opening;
            this.store = opening.get();
        }

        private void tell() throws StoreUnavailableException {
            for (Story.Act act : story.acts()) {
                switch (act) {
                    case Story.Write write -> write(write);
                    case Story.Again again -> writeAgain(again);
                    case Story.Restart _ -> restart();
                    case Story.Look look -> look(look);
                }
            }
            look(new Story.Look(Axis.STEP, Long.MIN_VALUE, Long.MAX_VALUE, 12, 7));
            look(new Story.Look(Axis.TIME, Long.MIN_VALUE, Long.MAX_VALUE, 12, 100));
        }

        @Override
        public void close() {
            store.close();
        }

        private void restart() {
            store.close();
            store = opening.get();
        }

        private void write(Story.Write write) throws StoreUnavailableException {
            var batches = new ArrayList<PointBatch>();
            for (Story.Batch batch : write.batches()) {
                var points = batch.drafts().stream()
                        .map(draft -> draft.toPoint(story.keys()))
                        .toList();
                written.get(batch.run()).addAll(points);
                batches.add(batch(batch.run(), points));
            }
            give(batches);
        }

        private void writeAgain(Story.Again again) throws StoreUnavailableException {
            var batches = new ArrayList<PointBatch>();
            for (int run = 0; run < Story.RUNS; run++) {
                var points = written.get(run);
                int end = Math.min(points.size(), again.from() + again.count());
                for (int from = again.from(); from < end; from += again.length()) {
                    batches.add(batch(run, points.subList(from, Math.min(end, from + again.length()))));
                }
            }
            give(batches);
        }

        /** As the journal does: until the store takes them. */
        private void give(List<PointBatch> batches) throws StoreUnavailableException {
            insist(() -> {
                store.write(batches);
                return batches;
            });
        }

        private PointBatch batch(int run, List<Point> points) {
            return new PointBatch(experiment, runs.get(run).runId(), points);
        }

        private void look(Story.Look look) throws StoreUnavailableException {
            var models = written.stream().map(Histories::model).toList();
            for (String key : story.keys()) {
                var histories = models.stream()
                        .map(model -> model.getOrDefault(key, List.of()))
                        .toList();
                for (int run = 0; run < Story.RUNS; run++) {
                    assertThat(Histories.exact(read(runs.get(run).runId(), key, look.limit())))
                            .as("history of '%s' by %s", key, look.limit())
                            .isEqualTo(Histories.exact(histories.get(run)));
                }
                assertBulk(key, histories, look.limit());
                assertSample(key, histories, look);
            }
            assertSeries(models, look);
        }

        private List<Point> read(String runId, String key, int limit) throws StoreUnavailableException {
            var points = new ArrayList<Point>();
            String cursor = null;
            do {
                var query = new HistoryQuery(experiment, runId, key, cursor, limit);
                var page = insist(() -> store.read(query));
                assertThat(page.points().points()).hasSizeLessThanOrEqualTo(limit);
                points.addAll(page.points().points());
                cursor = page.nextCursor();
                if (cursor != null) {
                    assertThat(page.points().points())
                            .as("a page with a page behind it")
                            .hasSize(limit);
                }
            } while (cursor != null);
            return points;
        }

        private void assertBulk(String key, List<List<Point>> histories, int limit) throws StoreUnavailableException {
            var wanted = new ArrayList<String>();
            for (int run = 0; run < Story.RUNS; run++) {
                for (String point : Histories.exact(histories.get(run))) {
                    wanted.add(run + " " + point);
                }
            }
            var found = new ArrayList<String>();
            for (PointBatch batch : insist(() -> store.bulk(new BulkQuery(runs, key, limit)))) {
                int run = runs.indexOf(new RunRef(batch.experimentId(), batch.runId()));
                for (String point : Histories.exact(batch.points())) {
                    found.add(run + " " + point);
                }
            }
            assertThat(found).as("bulk of '%s'", key).isEqualTo(wanted.subList(0, Math.min(limit, wanted.size())));
        }

        private void assertSample(String key, List<List<Point>> histories, Story.Look look)
                throws StoreUnavailableException {
            for (int most : List.of(1, look.most())) {
                var batches = insist(() -> store.sample(new SampleQuery(runs, key, look.from(), look.to(), most)));
                assertThat(batches).hasSize(Story.RUNS);
                for (int run = 0; run < Story.RUNS; run++) {
                    var inRange = histories.get(run).stream()
                            .filter(point -> point.step() >= look.from() && point.step() <= look.to())
                            .toList();
                    assertThat(batches.get(run).runId()).isEqualTo(runs.get(run).runId());
                    assertThat(Histories.exact(batches.get(run).points()))
                            .as("sample of '%s', %s of %s", key, most, inRange.size())
                            .isEqualTo(Histories.exact(Histories.sampled(inRange, most)));
                }
            }
        }

        private void assertSeries(List<Map<String, List<Point>>> models, Story.Look look)
                throws StoreUnavailableException {
            var ranges = runs.stream()
                    .map(run -> new RunRange(experiment, run.runId(), look.from(), look.to()))
                    .toList();
            var query = new SeriesQuery(ranges, story.keys(), look.axis(), look.most());
            var all = insist(() -> store.series(query)).iterator();
            for (int run = 0; run < Story.RUNS; run++) {
                for (String key : story.keys()) {
                    MetricSeries series = all.next();
                    assertThat(series.key()).isEqualTo(key);
                    assertThat(series.points().runId()).isEqualTo(runs.get(run).runId());
                    assertSeries(models.get(run).getOrDefault(key, List.of()), series, look);
                }
            }
            assertThat(all.hasNext()).isFalse();
        }

        private void assertSeries(List<Point> history, MetricSeries series, Story.Look look) {
            var inRange = history.stream()
                    .filter(point -> place(look, point) >= look.from() && place(look, point) <= look.to())
                    .toList();
            var found = series.points().points();
            var what = "series of '%s' along %s from %s to %s, at most %s of %s"
                    .formatted(series.key(), look.axis(), look.from(), look.to(), look.most(), inRange.size());
            assertThat(series.reduced()).as(what).isEqualTo(inRange.size() > look.most());
            if (inRange.size() <= look.most() || look.axis() == Axis.TIME || exactByStep()) {
                assertThat(Histories.exact(found))
                        .as(what)
                        .isEqualTo(Histories.exact(
                                Histories.reduced(history, look.axis(), look.from(), look.to(), look.most())));
                return;
            }
            what += "\nfound " + found + "\nof " + inRange;
            assertThat(found).as(what).hasSizeLessThanOrEqualTo(look.most());
            assertThat(Histories.exact(found)).as(what).doesNotHaveDuplicates().isSubsetOf(Histories.exact(inRange));
            var places = inRange.stream().mapToLong(point -> place(look, point)).summaryStatistics();
            assertThat(place(look, found.getFirst())).as(what).isEqualTo(places.getMin());
            assertThat(place(look, found.getLast())).as(what).isEqualTo(places.getMax());
            boolean finite = inRange.stream().allMatch(point -> Double.isFinite(point.value()));
            // An extreme may stand for one that is a bucket's width away, from one bucket to the next.
            var near = BigInteger.valueOf(places.getMax())
                    .subtract(BigInteger.valueOf(places.getMin()))
                    .divide(BigInteger.valueOf((look.most() - 2) / (finite ? 2 : 5)))
                    .add(BigInteger.ONE)
                    .shiftLeft(1);
            for (Point point : inRange) {
                Predicate<Point> reaches = Double.isFinite(point.value())
                        ? other -> Double.isFinite(other.value()) && other.value() >= point.value()
                        : other -> PointOrder.sameValue(other.value(), point.value());
                Predicate<Point> isAsLow = Double.isFinite(point.value())
                        ? other -> Double.isFinite(other.value()) && other.value() <= point.value()
                        : reaches;
                var aim = what;
                var around = found.stream()
                        .filter(other -> BigInteger.valueOf(place(look, other))
                                        .subtract(BigInteger.valueOf(place(look, point)))
                                        .abs()
                                        .compareTo(near)
                                <= 0)
                        .toList();
                assertThat(around).as(aim + ": " + point).anyMatch(reaches).anyMatch(isAsLow);
            }
        }
    }

    /** What a story is told to. */
    private interface Target extends AutoCloseable {

        void write(List<PointBatch> batches) throws StoreUnavailableException;

        HistoryPage read(HistoryQuery query) throws StoreUnavailableException;

        List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException;

        List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException;

        List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException;

        @Override
        void close();
    }

    /** A store. */
    private record Bare(PointStore store) implements Target {

        @Override
        public void write(List<PointBatch> batches) throws StoreUnavailableException {
            assertThat(store.write(batches)).as("refused points").isZero();
        }

        @Override
        public HistoryPage read(HistoryQuery query) throws StoreUnavailableException {
            return store.read(query);
        }

        @Override
        public List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
            return store.bulk(query);
        }

        @Override
        public List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
            return store.sample(query);
        }

        @Override
        public List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException {
            return store.series(query);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** The service before a store: it may stop with points in its journal, and reads wait for them. */
    private record Journaled(PointStore store, MetricService service) implements Target {

        @Override
        public void write(List<PointBatch> batches) {
            batches.forEach(service::append);
        }

        @Override
        public HistoryPage read(HistoryQuery query) throws StoreUnavailableException {
            return answer(() -> service.history(query));
        }

        @Override
        public List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
            return answer(() -> service.bulk(query));
        }

        @Override
        public List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
            return answer(() -> service.sample(query));
        }

        @Override
        public List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException {
            return answer(() -> service.series(query));
        }

        @Override
        public void close() {
            service.close();
            assertThat(service.refusedPoints()).as("refused points").isZero();
            store.close();
        }

        private static <T> T answer(Supplier<T> question) throws StoreUnavailableException {
            try {
                return question.get();
            } catch (ProblemException e) {
                if (e.problem() instanceof Problem.Unavailable) {
                    throw new StoreUnavailableException("503", e);
                }
                throw e;
            }
        }
    }

    private static long place(Story.Look look, Point point) {
        return look.axis() == Axis.STEP ? point.step() : point.timestampMillis();
    }

    /** Asks until the store answers. */
    private static <T> T insist(Question<T> question) throws StoreUnavailableException {
        for (int failures = 0; ; failures++) {
            try {
                return question.ask();
            } catch (StoreUnavailableException e) {
                if (failures == MOST_FAILURES) {
                    throw e;
                }
            }
        }
    }

    /** Something that a store is asked for. */
    @FunctionalInterface
    private interface Question<T> {

        T ask() throws StoreUnavailableException;
    }
}
