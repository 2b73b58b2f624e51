-- Which start of which server writes the log, by a mark that no other start has. A replica that shows the mark has replayed
-- the very log that positions of this start are positions in. Empty until read replicas are used. One row.
CREATE TABLE log_history (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- The timeline, and when the server was started.
    writer text COLLATE "C" NOT NULL,
    mark   uuid NOT NULL
);
