-- Blocks of fencing tokens. The sequence only grows, and a block is reserved before any token of it is given.
CREATE SEQUENCE state_tokens AS bigint INCREMENT BY 1000 START WITH 1 CACHE 1;

-- Namespaces of training state that were defined or used. What they hold is in Redis; here is what must outlive it.
CREATE TABLE state_namespaces (
    name             text COLLATE "C" PRIMARY KEY,
    -- Without limits of its own: where not defined, those that the service is configured with count.
    defined          boolean NOT NULL,
    max_keys         bigint,
    max_value_bytes  bigint,
    when_full        text COLLATE "C",
    max_lease        bigint,
    -- The longest lease that was ever allowed: nobody may still believe to hold one after so long.
    greatest_lease   bigint NOT NULL,
    version          bigint NOT NULL,
    -- The last token of the newest block, or null before the first, and the start of Redis that it was made for.
    last_token       bigint,
    incarnation      text COLLATE "C",
    -- When the first block was reserved for this start of Redis and no other was before; null once there was another.
    first_reserved   bigint,
    creation_time    bigint NOT NULL,
    last_update_time bigint NOT NULL
);
