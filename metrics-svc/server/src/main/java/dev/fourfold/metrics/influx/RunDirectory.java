package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import java.util.ArrayList;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Which runs there are, and which metrics each has, from InfluxDB's index and from the names of its fields. */
final class RunDirectory {

    private static final String FIRST = "first_";

    private final InfluxReader reader;

    RunDirectory(InfluxReader reader) {
        this.reader = reader;
    }

    /** Every run, once for each measurement that it has points in. */
    void runs(Consumer<RunRef> each) throws StoreUnavailableException {
        var measurements = new ArrayList<String>();
        reader.query(new InfluxQuery().add((columns, values) -> measurements.add(values[0]), "SHOW MEASUREMENTS"));
        for (String measurement : measurements) {
            String experimentId = Names.experimentOf(measurement);
            if (experimentId == null) {
                continue;
            }
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> each.accept(new RunRef(experimentId, Names.decode(values[1]))),
                            "SHOW TAG VALUES FROM ? WITH KEY = run",
                            new Identifier(measurement)));
        }
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
                        new Identifier(Names.wideMeasurement(run.experimentId())),
                        SeriesMemory.RUN,
                        encodedRun)
                .add(
                        (columns, values) -> {
                            if (values[1] != null) {
                                keys.add(Names.decode(Place.keyOf(values[1])));
                            }
                        },
                        "SELECT point FROM ? WHERE run = ?",
                        new Identifier(Names.sideMeasurement(run.experimentId())),
                        encodedRun));
        return keys;
    }
}
