package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.influx.Policies.Source;
import java.util.ArrayList;
import java.util.List;

/** Counts and removes the points of a run: InfluxDB does it, and nothing of it comes here. */
final class RunRemoval {

    private final InfluxConfiguration configuration;
    private final InfluxBuckets buckets;
    private final InfluxReader reader;
    private final Policies policies;

    RunRemoval(InfluxConfiguration configuration, InfluxReader reader, Policies policies, InfluxBuckets buckets) {
        this.configuration = configuration;
        this.buckets = buckets;
        this.reader = reader;
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

    /** Removes the run's series, in every retention policy. Those that are not there are no error. */
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
}
