package dev.fourfold.metadata;

/** MLflow's lifecycle stages: deleting only marks, and restoring unmarks. */
public enum LifecycleStage {
    ACTIVE,
    DELETED
}
