-- What searches need. Values of metrics have no index, so that their updates stay on their page: a metric is looked up
-- by (run_pk, key) for each run that the other clauses leave.

-- MLflow's own order: newest first, then by id, within an experiment and a lifecycle stage.
CREATE INDEX runs_newest_idx ON runs (experiment_id, deleted, start_time DESC, run_id);

-- Equality of a param or a tag. Values may be long; no index entry is.
CREATE INDEX params_value_idx ON params (key, left(value, 200));
CREATE INDEX run_tags_value_idx ON run_tags (key, left(value, 200));

-- A value is frequent or rare only together with its key.
CREATE STATISTICS params_key_value (mcv) ON key, (left(value, 200)) FROM params;
CREATE STATISTICS run_tags_key_value (mcv) ON key, (left(value, 200)) FROM run_tags;

CREATE INDEX experiments_newest_idx ON experiments (creation_time DESC, experiment_id);

-- Datasets that runs read. A dataset is the same in an experiment where name and digest are the same; a run's use of it
-- has tags of its own, of which mlflow.data.context is one.
CREATE TABLE datasets (
    dataset_pk    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    experiment_id bigint NOT NULL REFERENCES experiments ON DELETE CASCADE,
    name          text COLLATE "C" NOT NULL,
    digest        text COLLATE "C" NOT NULL,
    source_type   text COLLATE "C" NOT NULL,
    source        text COLLATE "C" NOT NULL,
    schema        text COLLATE "C",
    profile       text COLLATE "C",
    CONSTRAINT datasets_name_digest_key UNIQUE (experiment_id, name, digest)
);

CREATE TABLE inputs (
    run_pk     bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    dataset_pk bigint NOT NULL REFERENCES datasets ON DELETE CASCADE,
    PRIMARY KEY (run_pk, dataset_pk)
);

CREATE INDEX inputs_dataset_idx ON inputs (dataset_pk);

CREATE TABLE input_tags (
    run_pk     bigint NOT NULL,
    dataset_pk bigint NOT NULL,
    key        text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    PRIMARY KEY (run_pk, dataset_pk, key),
    FOREIGN KEY (run_pk, dataset_pk) REFERENCES inputs ON DELETE CASCADE
);
