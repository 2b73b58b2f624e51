-- The model registry. Everything of a model hangs on its number, so renaming one is a change of its own row.

-- last_version is the greatest version number ever given: creating a version locks the row and counts it up, so numbers
-- are consecutive, and a deleted version's number is not given again while the model lives.
CREATE TABLE registered_models (
    registered_pk     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text COLLATE "C" NOT NULL CONSTRAINT registered_models_name_key UNIQUE,
    description       text COLLATE "C",
    last_version      bigint NOT NULL DEFAULT 0,
    creation_time     bigint NOT NULL,
    last_updated_time bigint NOT NULL
);

CREATE INDEX registered_models_updated_idx ON registered_models (last_updated_time, name);

CREATE TABLE registered_model_tags (
    registered_pk bigint NOT NULL REFERENCES registered_models ON DELETE CASCADE,
    key           text COLLATE "C" NOT NULL,
    value         text COLLATE "C" NOT NULL,
    PRIMARY KEY (registered_pk, key)
);

CREATE INDEX registered_model_tags_value_idx ON registered_model_tags (key, left(value, 200));

-- source is what the client gave; storage_location is where that was when the version was made.
CREATE TABLE model_versions (
    version_pk        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registered_pk     bigint NOT NULL REFERENCES registered_models ON DELETE CASCADE,
    version           bigint NOT NULL,
    description       text COLLATE "C",
    stage             text COLLATE "C" NOT NULL DEFAULT 'NONE'
        CHECK (stage IN ('NONE', 'STAGING', 'PRODUCTION', 'ARCHIVED')),
    source            text COLLATE "C" NOT NULL,
    storage_location  text COLLATE "C" NOT NULL,
    run_id            text COLLATE "C" NOT NULL,
    run_link          text COLLATE "C" NOT NULL,
    creation_time     bigint NOT NULL,
    last_updated_time bigint NOT NULL,
    CONSTRAINT model_versions_number_key UNIQUE (registered_pk, version)
);

-- The newest of each stage, without reading the others.
CREATE INDEX model_versions_stage_idx ON model_versions (registered_pk, stage, version DESC);

-- What searches look for and order by.
CREATE INDEX model_versions_number_idx ON model_versions (version);
CREATE INDEX model_versions_run_idx ON model_versions (run_id);
CREATE INDEX model_versions_source_idx ON model_versions (left(source, 200));
CREATE INDEX model_versions_created_idx ON model_versions (creation_time);
CREATE INDEX model_versions_updated_idx ON model_versions (last_updated_time);

CREATE TABLE model_version_tags (
    version_pk bigint NOT NULL REFERENCES model_versions ON DELETE CASCADE,
    key        text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    PRIMARY KEY (version_pk, key)
);

CREATE INDEX model_version_tags_value_idx ON model_version_tags (key, left(value, 200));

-- A value is frequent or rare only together with its key.
CREATE STATISTICS registered_model_tags_key_value (mcv) ON key, (left(value, 200)) FROM registered_model_tags;
CREATE STATISTICS model_version_tags_key_value (mcv) ON key, (left(value, 200)) FROM model_version_tags;

CREATE TABLE model_aliases (
    registered_pk bigint NOT NULL REFERENCES registered_models ON DELETE CASCADE,
    alias         text COLLATE "C" NOT NULL,
    version       bigint NOT NULL,
    PRIMARY KEY (registered_pk, alias),
    FOREIGN KEY (registered_pk, version) REFERENCES model_versions (registered_pk, version) ON DELETE CASCADE
);

CREATE INDEX model_aliases_version_idx ON model_aliases (registered_pk, version);

-- Every search that does not ask for prompts leaves them out.
CREATE INDEX model_version_tags_prompt_idx ON model_version_tags (version_pk)
    WHERE key = 'mlflow.prompt.is_prompt' AND value = 'true';
