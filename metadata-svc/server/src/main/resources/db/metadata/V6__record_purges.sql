-- When a run was marked as deleted; null where it is not. Of those that were deleted before this was known, the time of
-- this migration: their grace period begins anew.
ALTER TABLE runs ADD COLUMN deleted_time bigint;
UPDATE runs SET deleted_time = floor(extract(epoch FROM now()) * 1000)::bigint WHERE deleted;

-- The tombstone of a run, made in the transaction that removes it from runs, and kept for ever: no run of that id comes
-- back. While it is not done it says what is left to do, and who is at it until when; then it is the receipt.
CREATE TABLE purged_runs (
    run_id          text COLLATE "C" PRIMARY KEY,
    run_pk          bigint NOT NULL,
    experiment_id   bigint NOT NULL,
    retention_class text COLLATE "C",
    artifact_uri    text COLLATE "C" NOT NULL,
    requested_by    text COLLATE "C",
    deleted_time    bigint NOT NULL,
    purged_time     bigint NOT NULL,
    rows            bigint NOT NULL,
    points          bigint,
    lines           bigint,
    files           bigint,
    file_bytes      bigint,
    artifacts_left  text COLLATE "C",
    models_left     bigint NOT NULL,
    done_time       bigint,
    attempts        integer NOT NULL DEFAULT 0,
    problem         text,
    due_time        bigint,
    worker          text COLLATE "C",
    CHECK ((done_time IS NULL) = (due_time IS NOT NULL))
);

CREATE INDEX purged_runs_due_idx ON purged_runs (due_time) WHERE due_time IS NOT NULL;
CREATE INDEX purged_runs_experiment_idx ON purged_runs (experiment_id, run_id);

-- A run may have logged any number of points for models: those go in many small transactions after the run itself, and
-- nobody adds more, as who adds them holds the run's row.
ALTER TABLE logged_model_metrics DROP CONSTRAINT logged_model_metrics_run_pk_fkey;
