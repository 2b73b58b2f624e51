-- Numbers of hearts: each beginning has a greater one than all before, also of a run whose heart was taken away.
CREATE SEQUENCE heart_numbers AS bigint CACHE 1;

-- Runs whose heart is watched. Beats are in Redis; a row changes only where a heart begins anew, stops or ends.
CREATE TABLE run_hearts (
    run_pk       bigint PRIMARY KEY REFERENCES runs,
    number       bigint NOT NULL,
    ttl          bigint NOT NULL,
    worker       text COLLATE "C" NOT NULL,
    begin_time   bigint NOT NULL,
    -- Of a heart that stopped: since when nothing was heard, when the run was marked, and why.
    silent_since bigint,
    stopped_time bigint,
    reason       text COLLATE "C",
    CHECK ((stopped_time IS NULL) = (silent_since IS NULL) AND (stopped_time IS NULL) = (reason IS NULL))
);

-- What is to be watched. Runs that were marked once keep their rows.
CREATE INDEX run_hearts_beating_idx ON run_hearts (run_pk) WHERE stopped_time IS NULL;

-- Which start of Redis hears the beats, and when a beat was last lost by us: a gateway could not hand it on, or heard by
-- another Redis than the others. One row.
CREATE TABLE heart_watch (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    incarnation text COLLATE "C",
    unsure_time bigint NOT NULL
);
INSERT INTO heart_watch (unsure_time) VALUES (0);
