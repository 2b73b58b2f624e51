package dev.fourfold.gateway.grafana;

import dev.fourfold.metadata.run.RunInfo;

/**
 * A run as a source of points.
 *
 * @param experiment the experiment's name: the measurement
 */
record TaggedRun(RunInfo info, String experiment) implements Tagged {

    @Override
    public String tag(String name) {
        return switch (name) {
            case Tags.EXPERIMENT -> experiment;
            case Tags.EXPERIMENT_ID -> info.experimentId();
            case Tags.RUN -> info.runName() + " (" + info.runId() + ")";
            case Tags.RUN_ID -> info.runId();
            case Tags.RUN_NAME -> info.runName();
            case Tags.STATUS -> info.status().name();
            case Tags.USER -> info.userId();
            default -> "";
        };
    }
}
