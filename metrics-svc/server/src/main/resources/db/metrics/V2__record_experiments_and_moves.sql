-- A run's points can go to another store only with the experiment that the run belongs to. Rows from before have none
-- until their run is written to again or somebody tells it.
ALTER TABLE series ADD COLUMN experiment_id text COLLATE "C";

-- Which store points are in. One row; it wins over the configuration.
CREATE TABLE placement (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    store    text   NOT NULL,
    since    bigint NOT NULL
);

-- Moves of all points from one store to the other; times in milliseconds since 1970.
CREATE TABLE move (
    id            bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text    NOT NULL,
    target        text    NOT NULL CHECK (target <> source),
    phase         text    NOT NULL,
    paused        boolean NOT NULL DEFAULT false,
    listed        boolean NOT NULL DEFAULT false,
    delete_points boolean NOT NULL DEFAULT false,
    started       bigint  NOT NULL,
    changed       bigint  NOT NULL
);
CREATE UNIQUE INDEX move_under_way ON move ((true)) WHERE phase NOT IN ('RETIRED', 'ABORTED');

-- The runs of a move: how far each is copied, and what the comparison found.
CREATE TABLE move_run (
    move_id       bigint NOT NULL REFERENCES move (id) ON DELETE CASCADE,
    experiment_id text COLLATE "C" NOT NULL,
    run_id        text COLLATE "C" NOT NULL,
    state         text   NOT NULL,
    copied_key    text COLLATE "C",
    copied_cursor text,
    copied        bigint NOT NULL DEFAULT 0,
    source_points bigint,
    source_sum    bigint,
    target_points bigint,
    target_sum    bigint,
    -- The first place at which the stores differ, and which of them has a point there.
    differs_key       text COLLATE "C",
    differs_timestamp bigint,
    differs_step      bigint,
    differs_value     text,
    differs_only_in   text,
    PRIMARY KEY (move_id, experiment_id, run_id)
);
CREATE INDEX move_run_state ON move_run (move_id, state, experiment_id, run_id);
