package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.influx.InfluxQuery.Field;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.influx.Policies.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and removes the points of a run: InfluxDB does it, and nothing of it comes here. */
final class RunRemoval {

    private static final Logger LOG = LoggerFactory.getLogger(RunRemoval.class);

    /** A save takes seconds. */
    private static final Duration REST_LIMIT = Duration.ofMinutes(1);

    private static final Duration REST_PAUSE = Duration.ofMillis(20);

    private final InfluxConfiguration configuration;
    private final InfluxBuckets buckets;
    private final InfluxReader reader;
    private final InfluxWriter writer;
    private final Policies policies;

    /** Of removals that failed half way. */
    private final Map<RunKey, Missed> unfinished = new ConcurrentHashMap<>();

    RunRemoval(
            InfluxConfiguration configuration,
            InfluxReader reader,
            InfluxWriter writer,
            Policies policies,
            InfluxBuckets buckets) {
        this.configuration = configuration;
        this.buckets = buckets;
        this.reader = reader;
        this.writer = writer;
        this.policies = policies;
    }

    /** The values in all fields of the run's rows, and its side points. */
    long count(RunKey run) throws StoreUnavailableException {
        var sum = new Sum();
        var query = new InfluxQuery();
        for (Source source : List.of(policies.wide(run.experimentId()), policies.side(run.experimentId()))) {
            query.add(sum, "SELECT count(*) FROM ? WHERE ? = ?", source, SeriesMemory.RUN, Names.encode(run.runId()));
        }
        reader.query(query);
        return sum.value;
    }

    /**
     * Removes the run's series, in every retention policy. Those that are not there are no error.
     *
     * <p>A 1.8 that saves the cache of a shard removes past it: it looks through files and cache, and not through what is on
     * its way from one to the other (deleteSeriesRange in tsm1/engine.go). Those points are in a file afterwards, by a
     * name that the index may no longer know, and would be read again with the next point of that name. So a removal
     * counts when no shard saved from before it to after it. Where one did, its series are named anew first, by a point
     * each, so that the next removal finds them.
     *
     * @throws StoreUnavailableException also when the shards do not come to rest for minutes: to be tried again
     */
    void remove(RunKey run) throws StoreUnavailableException {
        if (configuration.version2()) {
            var all = new ArrayList<>(policies.classes());
            all.add(policies.main());
            for (Policy policy : all) {
                for (Identifier measurement : measurements(run)) {
                    buckets.delete(policy, measurement.name(), Names.encode(run.runId()));
                }
            }
            return;
        }
        long deadline = System.nanoTime() + REST_LIMIT.toNanos();
        Missed missed = unfinished.getOrDefault(run, Missed.NOTHING);
        while (true) {
            missed = missed.with(seriesOf(run));
            unfinished.put(run, missed);
            name(missed, run);
            var before = awaitRest(deadline);
            drop(run);
            if (before.isEmpty()) {
                checkGone(run);
                break;
            }
            var after = CacheSaves.ask(reader, configuration.database());
            if (after.isEmpty()) {
                throw new StoreUnavailableException("InfluxDB no longer tells whether it saves its caches");
            }
            var moved = after.get().since(before.get());
            if (moved.isEmpty()) {
                break;
            }
            LOG.info("influxdb.removal run={} again, as shards {} saved their cache meanwhile", run, moved);
            missed = missed.in(moved);
            unfinished.put(run, missed);
        }
        unfinished.remove(run);
    }

    private void drop(RunKey run) throws StoreUnavailableException {
        var query = new InfluxQuery();
        for (Identifier measurement : measurements(run)) {
            query.add(
                    (columns, values) -> {},
                    "DROP SERIES FROM ? WHERE ? = ?",
                    measurement,
                    SeriesMemory.RUN,
                    Names.encode(run.runId()));
        }
        reader.delete(query);
    }

    /** Where InfluxDB does not tell whether it saves, what it still reads of the run is all that can be asked. */
    private void checkGone(RunKey run) throws StoreUnavailableException {
        long left = count(run);
        if (left > 0) {
            throw new StoreUnavailableException("InfluxDB still reads " + left + " points of run " + run.runId()
                    + " after their removal: it is tried again");
        }
    }

    /** Waits until no shard saves. @return how far they are then; empty where InfluxDB does not tell */
    private Optional<CacheSaves> awaitRest(long deadline) throws StoreUnavailableException {
        while (true) {
            var saves = CacheSaves.ask(reader, configuration.database());
            if (saves.isEmpty() || saves.get().underWay().isEmpty()) {
                return saves;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new StoreUnavailableException("InfluxDB has been saving the cache of its shards "
                        + saves.get().underWay() + " for over " + REST_LIMIT.toSeconds() + " s; no run can be purged");
            }
            try {
                Thread.sleep(REST_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreUnavailableException("Interrupted while waiting for InfluxDB", e);
            }
        }
    }

    /** The names of the run's series, as line protocol has them. */
    private Set<String> seriesOf(RunKey run) throws StoreUnavailableException {
        var names = new HashSet<String>();
        var query = new InfluxQuery();
        for (Identifier measurement : measurements(run)) {
            query.add(
                    (columns, values) -> names.add(values[0]),
                    "SHOW SERIES FROM ? WHERE ? = ?",
                    measurement,
                    SeriesMemory.RUN,
                    Names.encode(run.runId()));
        }
        reader.query(query);
        return names;
    }

    /** Makes the indexes of these shards know these series, by a point in each. */
    private void name(Missed missed, RunKey run) throws StoreUnavailableException {
        if (missed.shards().isEmpty()) {
            return;
        }
        var spans = new LinkedHashMap<Policy, Set<Long>>();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> {
                            Policy policy = policies.named(values[columns.indexOf("retention_policy")]);
                            if (policy != null
                                    && values[columns.indexOf("database")].equals(configuration.database())
                                    && missed.shards().contains(values[columns.indexOf("id")])) {
                                var start = Instant.parse(values[columns.indexOf("start_time")]);
                                spans.computeIfAbsent(policy, _ -> new HashSet<>())
                                        .add(start.getEpochSecond());
                            }
                        },
                        "SHOW SHARDS"));
        List<String> fields = fieldsOf(run);
        for (var span : spans.entrySet()) {
            for (long seconds : span.getValue()) {
                for (String series : missed.series()) {
                    name(series, span.getKey(), seconds, fields);
                }
            }
        }
    }

    private void name(String series, Policy policy, long seconds, List<String> fields)
            throws StoreUnavailableException {
        for (String field : Names.isSide(series) ? List.of(Field.SIDE.name() + "=\"\"") : fields) {
            // In each shard a field has one type, which another program may have chosen: then one more field is tried.
            var line = new Mark(series + " " + field + " " + seconds + "000000000", policy);
            if (writer.write(List.of(line)) == null) {
                return;
            }
        }
        throw new StoreUnavailableException("InfluxDB takes no point for " + series + ", which must be removed again");
    }

    /** A value for each field of the experiment's wide rows, as line protocol has it. */
    private List<String> fieldsOf(RunKey run) throws StoreUnavailableException {
        var fields = new ArrayList<String>();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> fields.add(values[0]
                                + switch (values[1]) {
                                    case "string" -> "=\"\"";
                                    case "integer" -> "=0i";
                                    case "boolean" -> "=f";
                                    default -> "=0";
                                }),
                        "SHOW FIELD KEYS FROM ?",
                        policies.wide(run.experimentId())));
        return fields;
    }

    private static List<Identifier> measurements(RunKey run) {
        return List.of(
                new Identifier(Names.wideMeasurement(run.experimentId())),
                new Identifier(Names.sideMeasurement(run.experimentId())));
    }

    /** Adds up everything but the time. */
    private static final class Sum implements InfluxQuery.Rows {

        private long value;

        @Override
        public void row(List<String> columns, String[] values) {
            for (int i = 1; i < values.length; i++) {
                if (values[i] != null) {
                    value += Long.parseLong(values[i]);
                }
            }
        }
    }

    /**
     * What a removal may have missed.
     *
     * @param series the names of the run's series
     * @param shards by their ids, where some of their points may be in files by now
     */
    private record Missed(Set<String> series, Set<String> shards) {

        private static final Missed NOTHING = new Missed(Set.of(), Set.of());

        private Missed with(Set<String> more) {
            return new Missed(union(series, more), shards);
        }

        private Missed in(Set<String> more) {
            return new Missed(series, union(shards, more));
        }

        private static Set<String> union(Set<String> some, Set<String> more) {
            var all = new HashSet<>(some);
            all.addAll(more);
            return all;
        }
    }

    /** A point that is there to be removed. */
    private record Mark(String text, Policy policy) implements InfluxWriter.Line {

        @Override
        public String describe() {
            return text;
        }
    }
}
