package dev.fourfold.gateway.grafana;

import java.util.List;

/** The tags that points and events have here. */
final class Tags {

    static final String EXPERIMENT = "experiment";
    static final String EXPERIMENT_ID = "experiment_id";

    /** The name and the id in brackets: for variables that show names and stand for ids. */
    static final String RUN = "run";

    static final String RUN_ID = "run_id";
    static final String RUN_NAME = "run_name";
    static final String STATUS = "status";
    static final String USER = "user";

    /** Of points, in the order of names. */
    static final List<String> OF_RUNS = List.of(EXPERIMENT, EXPERIMENT_ID, RUN, RUN_ID, RUN_NAME, STATUS, USER);

    /** Of events only: what happened. */
    static final String TYPE = "type";

    /** Of events only: the registered model. */
    static final String MODEL = "model";

    static final List<String> OF_EVENTS = List.of(EXPERIMENT, EXPERIMENT_ID, MODEL, RUN, RUN_ID, RUN_NAME, TYPE, USER);

    private Tags() {}
}
