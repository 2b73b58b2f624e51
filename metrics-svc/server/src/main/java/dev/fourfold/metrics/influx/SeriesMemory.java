package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the writer knows of the store without asking: for each field of each run a time past which nothing is stored, and
 * the fields of each experiment. All of it can be lost at any time; it is asked for again when a run is next written to.
 */
final class SeriesMemory {

    /** Past this many fields of runs, the runs that were not written to for longest are forgotten: some 50 MB. */
    private static final int MAX_SERIES = 400_000;

    private static final int MAX_EXPERIMENTS = 2_000;

    private final InfluxReader reader;
    private final Policies policies;
    private final int maxNames;

    private final LinkedHashMap<RunKey, RunState> runs = new LinkedHashMap<>(64, 0.75f, true);
    private final LinkedHashMap<String, ExperimentState> experiments = new LinkedHashMap<>(64, 0.75f, true);
    private int seriesCount;

    SeriesMemory(InfluxReader reader, Policies policies, int maxNames) {
        this.reader = reader;
        this.policies = policies;
        this.maxNames = maxNames;
    }

    /** Learns what is not known of the runs of these batches, in one request. */
    void learn(Collection<PointBatch> batches) throws StoreUnavailableException {
        forgetOldest();
        var newExperiments = new HashMap<String, ExperimentState>();
        var newRuns = new HashMap<RunKey, RunState>();
        var query = new InfluxQuery();
        for (PointBatch batch : batches) {
            String experimentId = batch.experimentId();
            var measurement = policies.wide(experimentId);
            if (experiments.get(experimentId) == null && !newExperiments.containsKey(experimentId)) {
                var experiment = new ExperimentState();
                newExperiments.put(experimentId, experiment);
                query.add(experiment::learnField, "SHOW FIELD KEYS FROM ?", measurement);
            }
            var key = new RunKey(experimentId, batch.runId());
            if (runs.get(key) == null && !newRuns.containsKey(key)) {
                var run = new RunState();
                newRuns.put(key, run);
                // The newest row of the run, whatever fields it has, bounds every field of it.
                query.add(
                        (columns, values) -> run.floor = Long.parseLong(values[0]),
                        "SELECT *::field FROM ? WHERE ? = ? ORDER BY time DESC LIMIT 1",
                        measurement,
                        RUN,
                        Names.encode(batch.runId()));
            }
        }
        reader.query(query);
        experiments.putAll(newExperiments);
        runs.putAll(newRuns);
    }

    /** What is known of a run that was just learned. */
    RunState run(RunKey key) {
        return known(runs.get(key), key);
    }

    /** What is known of a key of a run. */
    KeyState key(RunKey runKey, RunState run, String key) {
        KeyState state = run.keys.get(key);
        if (state == null) {
            String encoded = Names.encode(key);
            var experiment = known(experiments.get(runKey.experimentId()), runKey);
            state = new KeyState(
                    encoded,
                    new FieldState(Names.plainField(encoded), experiment, run.floor),
                    new FieldState(Names.textField(encoded), experiment, run.floor));
            run.keys.put(key, state);
            seriesCount++;
        }
        return state;
    }

    /** Whether points may be written to this field: not where InfluxDB has it with another type, nor past the limit. */
    boolean admits(FieldState field) {
        if (!field.admitted && !field.experiment.closed.contains(field.name)) {
            var names = field.experiment.names;
            field.admitted = names.contains(field.name) || (names.size() < maxNames && names.add(field.name));
        }
        return field.admitted;
    }

    /** InfluxDB refused a point of this field: no more of them. */
    void close(RunKey runKey, FieldState field) {
        field.experiment.closed.add(field.name);
        for (var entry : runs.entrySet()) {
            if (entry.getKey().experimentId().equals(runKey.experimentId())) {
                for (KeyState key : entry.getValue().keys.values()) {
                    if (key.plain.name.equals(field.name)) {
                        key.plain.admitted = false;
                    }
                    if (key.text.name.equals(field.name)) {
                        key.text.admitted = false;
                    }
                }
            }
        }
    }

    /** All points of a run are gone. */
    void forget(RunKey run) {
        RunState state = runs.remove(run);
        if (state != null) {
            seriesCount -= state.keys.size();
        }
    }

    private void forgetOldest() {
        var oldest = runs.entrySet().iterator();
        while (seriesCount > MAX_SERIES && oldest.hasNext()) {
            seriesCount -= oldest.next().getValue().keys.size();
            oldest.remove();
        }
        var oldestExperiment = experiments.entrySet().iterator();
        // A field's state refers to its experiment's, so forgetting one is safe while its runs are still known.
        while (experiments.size() > MAX_EXPERIMENTS && oldestExperiment.hasNext()) {
            oldestExperiment.next();
            oldestExperiment.remove();
        }
    }

    private static <T> T known(@Nullable T state, RunKey key) {
        if (state == null) {
            throw new IllegalStateException("Nothing was learned of run " + key.runId());
        }
        return state;
    }

    /** The tag that names the run. */
    static final Identifier RUN = new Identifier("run");

    /** The fields of an experiment's wide rows. */
    static final class ExperimentState {

        private final Set<String> names = new HashSet<>();

        /** Fields that cannot be written to as we must. */
        private final Set<String> closed = new HashSet<>();

        private void learnField(List<String> columns, String[] values) {
            String name = values[0];
            String type = values[1];
            if (name == null) {
                return;
            }
            names.add(name);
            boolean text = name.startsWith(Names.textField(""));
            if (!(text ? "string" : "float").equals(type)) {
                closed.add(name);
            }
        }
    }

    /** What is known of one run. */
    static final class RunState {

        private final Map<String, KeyState> keys = new HashMap<>();
        private long floor = Long.MIN_VALUE;
    }

    /** What is known of one key of one run. */
    record KeyState(String encoded, FieldState plain, FieldState text) {}

    /** One field of one run. */
    static final class FieldState {

        private final String name;
        private final ExperimentState experiment;
        private boolean admitted;

        /** Nothing is stored past this time. */
        private long greatest;

        private FieldState(String name, ExperimentState experiment, long greatest) {
            this.name = name;
            this.experiment = experiment;
            this.greatest = greatest;
        }

        String name() {
            return name;
        }

        /** Takes a place past everything that is stored; false where the place may be taken already. */
        boolean takeNew(long nanos) {
            if (nanos <= greatest) {
                return false;
            }
            greatest = nanos;
            return true;
        }
    }
}
