-- One metric of one run. Points refer to it by a number, so that names are stored once.
CREATE TABLE series (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL,
    key    text COLLATE "C" NOT NULL,
    UNIQUE (run_id, key)
);

-- The key's order is the order of a history, and its equality MLflow's: NaN is kept as 0 with is_nan, and -0.0 = 0.0.
-- No foreign key: series are never removed before their points.
CREATE TABLE point (
    series_id bigint           NOT NULL,
    ts        bigint           NOT NULL,
    step      bigint           NOT NULL,
    value     double precision NOT NULL,
    is_nan    boolean          NOT NULL,
    PRIMARY KEY (series_id, ts, step, value, is_nan)
) PARTITION BY RANGE (ts);

-- A partition for each year in which people train; everything else, mistaken units included, is in the default one.
DO $$
BEGIN
    FOR y IN 2020..2049 LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF point FOR VALUES FROM (%s) TO (%s)',
            'point_' || y,
            (extract(epoch FROM make_timestamptz(y, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint,
            (extract(epoch FROM make_timestamptz(y + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint);
    END LOOP;
    CREATE TABLE point_other PARTITION OF point DEFAULT;
END
$$;
