-- Who has signed in, until when. Of a session's secret only the SHA-256 is kept.
CREATE TABLE sessions (
    session_id    text COLLATE "C" PRIMARY KEY,
    username      text COLLATE "C" NOT NULL REFERENCES users ON DELETE CASCADE,
    hash          bytea NOT NULL CONSTRAINT sessions_hash_key UNIQUE,
    creation_time bigint NOT NULL,
    expiry_time   bigint NOT NULL
);

CREATE INDEX sessions_username_idx ON sessions (username);
CREATE INDEX sessions_expiry_idx ON sessions (expiry_time);

-- Random keys that all processes of a platform share, and that no other store may learn.
CREATE TABLE platform_keys (
    name  text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);
