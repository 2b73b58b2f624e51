-- Logged models, and which of them runs read and made.

CREATE TABLE logged_models (
    model_pk          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id          text COLLATE "C" NOT NULL CONSTRAINT logged_models_model_id_key UNIQUE,
    experiment_id     bigint NOT NULL REFERENCES experiments,
    name              text COLLATE "C" NOT NULL,
    artifact_uri      text COLLATE "C" NOT NULL,
    creation_time     bigint NOT NULL,
    last_updated_time bigint NOT NULL,
    status            text COLLATE "C" NOT NULL CHECK (status IN ('PENDING', 'READY', 'UPLOAD_FAILED')),
    model_type        text COLLATE "C",
    -- As the client says: MLflow does not ask whether there is such a run.
    source_run_id     text COLLATE "C",
    deleted           boolean NOT NULL DEFAULT false
);

-- MLflow's own order: newest first, then by id, within an experiment.
CREATE INDEX logged_models_newest_idx ON logged_models (experiment_id, deleted, creation_time DESC, model_id);
CREATE INDEX logged_models_name_idx ON logged_models (experiment_id, name);
CREATE INDEX logged_models_source_run_idx ON logged_models (source_run_id) WHERE source_run_id IS NOT NULL;

CREATE TABLE logged_model_params (
    model_pk bigint NOT NULL REFERENCES logged_models ON DELETE CASCADE,
    key      text COLLATE "C" NOT NULL,
    value    text COLLATE "C" NOT NULL,
    PRIMARY KEY (model_pk, key)
);

CREATE TABLE logged_model_tags (
    model_pk bigint NOT NULL REFERENCES logged_models ON DELETE CASCADE,
    key      text COLLATE "C" NOT NULL,
    value    text COLLATE "C" NOT NULL,
    PRIMARY KEY (model_pk, key)
);

-- As for params and tags of runs: equality, without long index entries; a value is frequent only with its key.
CREATE INDEX logged_model_params_value_idx ON logged_model_params (key, left(value, 200));
CREATE INDEX logged_model_tags_value_idx ON logged_model_tags (key, left(value, 200));
CREATE STATISTICS logged_model_params_key_value (mcv) ON key, (left(value, 200)) FROM logged_model_params;
CREATE STATISTICS logged_model_tags_key_value (mcv) ON key, (left(value, 200)) FROM logged_model_tags;

-- Every distinct point of a metric that a run logged for a model, in the order of logging. NaN is (value 0, is_nan).
CREATE TABLE logged_model_metrics (
    metric_pk      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_pk       bigint NOT NULL REFERENCES logged_models ON DELETE CASCADE,
    run_pk         bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    key            text COLLATE "C" NOT NULL,
    value          double precision NOT NULL,
    is_nan         boolean NOT NULL,
    timestamp      bigint NOT NULL,
    step           bigint NOT NULL,
    dataset_name   text COLLATE "C",
    dataset_digest text COLLATE "C"
);

-- An exact repeat is held once. A dataset's name may be longer than an index entry next to the other columns.
CREATE UNIQUE INDEX logged_model_metrics_point_key ON logged_model_metrics (
    model_pk, key, timestamp, step, run_pk, value, is_nan,
    hashtextextended(coalesce(dataset_name, ''), 0), coalesce(dataset_digest, ''));
CREATE INDEX logged_model_metrics_run_idx ON logged_model_metrics (run_pk);
CREATE INDEX logged_model_metrics_dataset_idx ON logged_model_metrics (dataset_name, dataset_digest)
    WHERE dataset_name IS NOT NULL;

-- Runs name models by their public id, and may name one that does not exist.
CREATE TABLE model_inputs (
    run_pk   bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    model_id text COLLATE "C" NOT NULL,
    input_pk bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (run_pk, model_id)
);

CREATE TABLE model_outputs (
    run_pk    bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    model_id  text COLLATE "C" NOT NULL,
    step      bigint NOT NULL,
    output_pk bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (run_pk, model_id)
);

-- Datasets of a run are shown in the order in which they were logged.
ALTER TABLE inputs ADD COLUMN input_pk bigint GENERATED ALWAYS AS IDENTITY;
