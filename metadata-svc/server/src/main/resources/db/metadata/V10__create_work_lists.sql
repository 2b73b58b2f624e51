-- Fencing tokens of items of work: one for each taking, greater than all before, also of a list that was removed.
CREATE SEQUENCE work_tokens AS bigint CACHE 1;

-- Lists of work, each in a namespace of training state. Whoever adds items, or removes the list, locks the row first, so
-- its figures are exact.
CREATE TABLE work_lists (
    list_pk       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace     text COLLATE "C" NOT NULL REFERENCES state_namespaces,
    name          text COLLATE "C" NOT NULL,
    -- Items, done ones included, and what their ids and values weigh.
    items         bigint NOT NULL DEFAULT 0,
    bytes         bigint NOT NULL DEFAULT 0,
    creation_time bigint NOT NULL,
    UNIQUE (namespace, name)
);

CREATE TABLE work_items (
    item_pk    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list_pk    bigint NOT NULL REFERENCES work_lists ON DELETE CASCADE,
    id         text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    -- From when on it may be given out: 0, or when the time of who has it is over.
    free_at    bigint NOT NULL DEFAULT 0,
    times      bigint NOT NULL DEFAULT 0,
    -- Under which token, to whom and in which request it was given out or completed last.
    token      bigint,
    worker     text COLLATE "C",
    request_id text COLLATE "C",
    done_time  bigint,
    result     text COLLATE "C",
    UNIQUE (list_pk, id)
);

-- What may be given out next.
CREATE INDEX work_items_free_idx ON work_items (list_pk, free_at, item_pk) WHERE done_time IS NULL;

-- What a request that is repeated was given.
CREATE INDEX work_items_request_idx ON work_items (list_pk, request_id)
    WHERE request_id IS NOT NULL AND done_time IS NULL;
