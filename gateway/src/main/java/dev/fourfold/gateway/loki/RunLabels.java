package dev.fourfold.gateway.loki;

import dev.fourfold.metadata.run.RunInfo;
import java.util.Map;
import java.util.Optional;

/**
 * A run, and the labels that all of its lines have.
 *
 * @param experiment the experiment's name
 */
record RunLabels(String runId, String runName, String experimentId, String experiment) {

    static RunLabels of(RunInfo run, String experiment) {
        return new RunLabels(run.runId(), run.runName(), run.experimentId(), experiment);
    }

    /** A label's value; empty where it is none of a run's. */
    Optional<String> value(String label) {
        return switch (label) {
            case Labels.RUN_ID -> Optional.of(runId);
            case Labels.RUN_NAME -> Optional.of(runName);
            case Labels.EXPERIMENT_ID -> Optional.of(experimentId);
            case Labels.EXPERIMENT -> Optional.of(experiment);
            default -> Optional.empty();
        };
    }

    void putInto(Map<String, String> labels) {
        labels.put(Labels.EXPERIMENT, experiment);
        labels.put(Labels.EXPERIMENT_ID, experimentId);
        labels.put(Labels.RUN_ID, runId);
        labels.put(Labels.RUN_NAME, runName);
    }
}
