package dev.fourfold.metadata.run;

/** MLflow's run statuses. */
public enum RunStatus {
    RUNNING,
    SCHEDULED,
    FINISHED,
    FAILED,
    KILLED
}
