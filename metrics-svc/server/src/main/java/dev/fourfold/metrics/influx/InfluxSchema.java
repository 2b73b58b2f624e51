package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database that points are in: made on a 1.8 where it is missing, looked for on a 2.x. */
final class InfluxSchema {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxSchema.class);

    private final InfluxConfiguration configuration;
    private volatile boolean ensured;

    InfluxSchema(InfluxConfiguration configuration) {
        this.configuration = configuration;
    }

    /** Makes what is missing, once; again after {@link #forget}. */
    void ensure(InfluxReader reader) throws StoreUnavailableException {
        if (ensured) {
            return;
        }
        var database = new Identifier(configuration.database());
        if (!configuration.version2()) {
            // Changes nothing where the database is there with this policy.
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {},
                            "CREATE DATABASE ? WITH DURATION INF SHARD DURATION " + configuration.shardDuration()
                                    + " NAME ?",
                            database,
                            new Identifier(configuration.retentionPolicy())));
        }
        validate(reader, database);
        ensured = true;
    }

    /** Whether an error says that the database or its policy is gone. */
    static boolean isMissing(String error) {
        return error.contains("database not found") || error.contains("retention policy not found");
    }

    /** The database was gone. */
    void forget() {
        ensured = false;
    }

    private void validate(InfluxReader reader, Identifier database) throws StoreUnavailableException {
        var policyFound = new AtomicBoolean();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> {
                            if (configuration.version2()
                                    || configuration.retentionPolicy().equals(values[0])) {
                                policyFound.set(true);
                                warnOfExpiry(values[1]);
                            }
                        },
                        "SHOW RETENTION POLICIES ON ?",
                        database));
        if (!policyFound.get()) {
            throw new StoreUnavailableException(
                    configuration.version2()
                            ? "InfluxDB has no database " + configuration.database()
                                    + ": make the bucket and map it with `influx v1 dbrp create`"
                            : "Database " + configuration.database() + " of InfluxDB has no retention policy "
                                    + configuration.retentionPolicy()
                                    + ": set fourfold.influx.retention-policy to the one it has, or create it");
        }
    }

    private void warnOfExpiry(@Nullable String duration) {
        if (duration != null && !duration.equals("0s")) {
            LOG.warn(
                    "influxdb.retention database={} expires points after {}: ALTER RETENTION POLICY ... DURATION INF keeps"
                            + " them",
                    configuration.database(),
                    duration);
        }
    }
}
