package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.ExperimentKey;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.influx.InfluxQuery.Field;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.influx.Policies.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Which runs there are, and which metrics each has, from InfluxDB's index and from the names of its fields. */
final class RunDirectory {

    private static final String FIRST = "first_";
    private static final String RUN_TAG = ",run=";

    private final InfluxReader reader;
    private final Policies policies;

    RunDirectory(InfluxReader reader, Policies policies) {
        this.reader = reader;
        this.policies = policies;
    }

    /**
     * Every run, once for each measurement that it has points in. A run has a class where it has points in the class's
     * policy; those that it has elsewhere (metrics of the machine, points dated far ahead) are found under the class too.
     */
    void runs(Consumer<RunRef> each) throws StoreUnavailableException {
        var measurements = new ArrayList<String>();
        reader.query(new InfluxQuery().add((columns, values) -> measurements.add(values[0]), "SHOW MEASUREMENTS"));
        var ofClasses = new HashSet<String>();
        for (String measurement : measurements) {
            String experimentId = Names.experimentOf(measurement);
            if (experimentId == null) {
                continue;
            }
            for (Policy policy : policies.ofExperiments()) {
                var key = new ExperimentKey(experimentId, policy.name());
                reader.query(new InfluxQuery()
                        .add(
                                (columns, values) -> {
                                    String runId = runOf(values[0]);
                                    ofClasses.add(runId);
                                    each.accept(new RunRef(key.text(), runId));
                                },
                                "SHOW SERIES FROM ?",
                                new Source(List.of(policy.name()), measurement)));
            }
        }
        for (String measurement : measurements) {
            String experimentId = Names.experimentOf(measurement);
            if (experimentId == null) {
                continue;
            }
            // Of all policies, whichever is named.
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {
                                String runId = Names.decode(values[1]);
                                if (!ofClasses.contains(runId)) {
                                    each.accept(new RunRef(experimentId, runId));
                                }
                            },
                            "SHOW TAG VALUES FROM ? WITH KEY = run",
                            new Identifier(measurement)));
        }
    }

    /** The run of a series as InfluxDB writes it: {@code measurement,tag=value,...}; an encoded value has no comma. */
    private static String runOf(String series) {
        int begin = series.indexOf(RUN_TAG) + RUN_TAG.length();
        int end = series.indexOf(',', begin);
        return Names.decode(series.substring(begin, end < 0 ? series.length() : end));
    }

    /** The keys of a run: the fields that have a first value, and what its side points name. */
    SortedSet<String> keys(RunRef run) throws StoreUnavailableException {
        var keys = new TreeSet<String>();
        String encodedRun = Names.encode(run.runId());
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> {
                            for (int i = 0; i < values.length; i++) {
                                if (values[i] != null && columns.get(i).startsWith(FIRST)) {
                                    keys.add(Names.keyOf(columns.get(i).substring(FIRST.length())));
                                }
                            }
                        },
                        "SELECT first(*) FROM ? WHERE ? = ?",
                        policies.wide(run.experimentId()),
                        SeriesMemory.RUN,
                        encodedRun)
                .add(
                        (columns, values) -> {
                            String text = values[1];
                            if (text != null && Place.parse("", text) != null) {
                                keys.add(Names.decode(Place.keyOf(text)));
                            }
                        },
                        "SELECT ? FROM ? WHERE run = ?",
                        Field.SIDE,
                        policies.side(run.experimentId()),
                        encodedRun));
        return keys;
    }
}
