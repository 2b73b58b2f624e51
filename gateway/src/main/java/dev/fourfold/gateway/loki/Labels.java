package dev.fourfold.gateway.loki;

import java.util.List;
import java.util.Set;

/** The labels that lines have here. */
final class Labels {

    static final String EXPERIMENT = "experiment";
    static final String EXPERIMENT_ID = "experiment_id";
    static final String RUN_ID = "run_id";
    static final String RUN_NAME = "run_name";
    static final String STREAM = "stream";

    /** In small letters, by which Grafana knows levels. */
    static final String LEVEL = "level";

    /** Loki's name for a level that it read out of a line; here the same as {@link #LEVEL}. */
    static final String DETECTED_LEVEL = "detected_level";

    /** Only lines that have one. */
    static final String RANK = "rank";

    static final Set<String> OF_RUNS = Set.of(EXPERIMENT, EXPERIMENT_ID, RUN_ID, RUN_NAME);

    /** In the order of names. */
    static final List<String> ALL = List.of(EXPERIMENT, EXPERIMENT_ID, LEVEL, RANK, RUN_ID, RUN_NAME, STREAM);

    private Labels() {}
}
