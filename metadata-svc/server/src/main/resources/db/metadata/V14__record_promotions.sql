-- Which version was promoted when: an alias was set to it or moved to it, or it came into a stage. Rows are only added, in
-- the transaction that promotes, and numbered within the model, so that the oldest can go where there are too many.
CREATE TABLE model_promotions (
    registered_pk bigint NOT NULL,
    number        bigint NOT NULL,
    version       bigint NOT NULL,
    kind          text COLLATE "C" NOT NULL CHECK (kind IN ('ALIAS', 'STAGE')),
    -- The alias, or the stage as MLflow writes it.
    name          text COLLATE "C" NOT NULL,
    time          bigint NOT NULL,
    PRIMARY KEY (registered_pk, number),
    FOREIGN KEY (registered_pk, version) REFERENCES model_versions (registered_pk, version) ON DELETE CASCADE
);

CREATE INDEX model_promotions_version_idx ON model_promotions (registered_pk, version);
CREATE INDEX model_promotions_time_idx ON model_promotions (time);

-- Of what is in a stage already, its last change is all that is known; of aliases not even that.
INSERT INTO model_promotions (registered_pk, number, version, kind, name, time)
SELECT registered_pk, row_number() OVER (PARTITION BY registered_pk ORDER BY last_updated_time, version), version, 'STAGE',
    initcap(stage), last_updated_time
FROM model_versions WHERE stage <> 'NONE';
