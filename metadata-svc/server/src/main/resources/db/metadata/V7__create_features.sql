-- A view of features. Its number is never given again, so what is left of a view that was deleted, here or in a cache, is
-- of no view.
CREATE TABLE feature_views (
    view_pk          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name             text COLLATE "C" NOT NULL UNIQUE,
    version          bigint NOT NULL DEFAULT 1,
    description      text COLLATE "C" NOT NULL,
    entity_name      text COLLATE "C" NOT NULL,
    entity_type      text COLLATE "C" NOT NULL,
    ttl              bigint,
    max_rows         bigint NOT NULL,
    max_bytes        bigint NOT NULL,
    when_full        text COLLATE "C" NOT NULL,
    creation_time    bigint NOT NULL,
    last_update_time bigint NOT NULL
);

-- Fields, removed ones included: a field's number is its place in the values of rows and is never given again.
CREATE TABLE feature_fields (
    view_pk    bigint NOT NULL REFERENCES feature_views ON DELETE CASCADE,
    number     integer NOT NULL,
    name       text COLLATE "C" NOT NULL,
    type       text COLLATE "C" NOT NULL,
    max_length integer,
    removed    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (view_pk, number)
);

CREATE UNIQUE INDEX feature_fields_name_idx ON feature_fields (view_pk, name) WHERE NOT removed;

-- How full a view is. Whoever changes a view or its rows locks this row first: so the figures are exact, no two pushes
-- deadlock, and a push never meets a view that changes.
CREATE TABLE feature_usage (
    view_pk bigint PRIMARY KEY REFERENCES feature_views ON DELETE CASCADE,
    rows    bigint NOT NULL DEFAULT 0,
    bytes   bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The latest row of each entity. Features are json and not jsonb, because jsonb keeps numbers as numeric, which has no -0.0.
-- No reference to the view: the rows of a deleted one go in many small transactions.
CREATE TABLE feature_rows (
    view_pk    bigint NOT NULL,
    entity     text COLLATE "C" NOT NULL,
    event_time bigint NOT NULL,
    write_time bigint NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    bytes      integer NOT NULL,
    features   json NOT NULL,
    PRIMARY KEY (view_pk, entity)
);

-- The oldest rows of a view, to sweep what is expired and to make room.
CREATE INDEX feature_rows_age_idx ON feature_rows (view_pk, event_time, entity);

-- Views that were deleted and may have rows left.
CREATE TABLE deleted_feature_views (
    view_pk bigint PRIMARY KEY
);
