package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database that points are in, and its retention policies: made where they are missing. */
final class InfluxSchema {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxSchema.class);

    private final InfluxConfiguration configuration;
    private final Policies policies;
    private final InfluxBuckets buckets;
    private volatile boolean ensured;

    InfluxSchema(InfluxConfiguration configuration, Policies policies, InfluxBuckets buckets) {
        this.configuration = configuration;
        this.policies = policies;
        this.buckets = buckets;
    }

    /** Makes what is missing, once; again after {@link #forget}. */
    void ensure(InfluxReader reader) throws StoreUnavailableException {
        if (ensured) {
            return;
        }
        if (configuration.version2()) {
            buckets.ensure(policies);
        } else {
            ensureVersion1(reader, new Identifier(configuration.database()));
        }
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

    private void ensureVersion1(InfluxReader reader, Identifier database) throws StoreUnavailableException {
        Policy main = policies.main();
        var databases = new HashSet<@Nullable String>();
        reader.query(new InfluxQuery().add((columns, values) -> databases.add(values[0]), "SHOW DATABASES"));
        Map<String, Policy> there =
                databases.contains(database.name()) ? policiesOf(reader, database) : new LinkedHashMap<>();
        if (!there.containsKey(main.name())) {
            // Makes the policy where the database is there without it.
            run(
                    reader,
                    "CREATE DATABASE ? WITH DURATION INF SHARD DURATION " + InfluxTime.format(main.shardDuration())
                            + " NAME ?",
                    database,
                    new Identifier(main.name()));
            there = policiesOf(reader, database);
        }
        Policy mainThere = there.remove(main.name());
        if (mainThere == null) {
            throw new StoreUnavailableException("Database " + configuration.database()
                    + " of InfluxDB has no retention policy " + main.name()
                    + ": set fourfold.influx.retention-policy to the one it has, or create it");
        }
        if (mainThere.isFinite()) {
            warnOfExpiry(mainThere.retention());
        } else if (mainThere.shardDuration().compareTo(main.shardDuration()) < 0) {
            lengthenShards(reader, database, mainThere);
        }
        for (Policy policy : policies.classes()) {
            Policy found = there.remove(policy.name());
            if (found == null) {
                run(
                        reader,
                        "CREATE RETENTION POLICY ? ON ? DURATION " + InfluxTime.format(policy.retention())
                                + " REPLICATION 1 SHARD DURATION " + InfluxTime.format(policy.shardDuration()),
                        new Identifier(policy.name()),
                        database);
                LOG.info("influxdb.class {} made", policy);
            } else if (!found.equals(policy)) {
                alter(reader, database, policy);
                LOG.warn("influxdb.class {} changed to {}", found, policy);
            }
        }
        there.keySet()
                .forEach(name -> LOG.warn(
                        "influxdb.policy {} of database {} is that of no configured class: nothing of it is read",
                        name,
                        configuration.database()));
    }

    private static Map<String, Policy> policiesOf(InfluxReader reader, Identifier database)
            throws StoreUnavailableException {
        var found = new LinkedHashMap<String, Policy>();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> found.put(
                                values[0],
                                new Policy(values[0], InfluxTime.parse(values[1]), InfluxTime.parse(values[2]))),
                        "SHOW RETENTION POLICIES ON ?",
                        database));
        return found;
    }

    /**
     * Somebody else made the policy, with InfluxDB's shards of a week perhaps: scattered timestamps would make thousands
     * of those. The shards that are there stay as they are.
     */
    private void lengthenShards(InfluxReader reader, Identifier database, Policy there) {
        try {
            alter(reader, database, policies.main());
            LOG.info("influxdb.shards {} changed to {}", there, policies.main());
        } catch (StoreUnavailableException e) {
            LOG.warn("influxdb.shards {} should be altered to {} by an administrator", there, policies.main(), e);
        }
    }

    private static void alter(InfluxReader reader, Identifier database, Policy policy)
            throws StoreUnavailableException {
        run(
                reader,
                "ALTER RETENTION POLICY ? ON ? DURATION "
                        + (policy.isFinite() ? InfluxTime.format(policy.retention()) : "INF") + " SHARD DURATION "
                        + InfluxTime.format(policy.shardDuration()),
                new Identifier(policy.name()),
                database);
    }

    private static void run(InfluxReader reader, String statement, Object... arguments)
            throws StoreUnavailableException {
        reader.query(new InfluxQuery().add((columns, values) -> {}, statement, arguments));
    }

    private void warnOfExpiry(Duration retention) {
        LOG.warn(
                "influxdb.retention database={} expires points after {}: ALTER RETENTION POLICY ... DURATION INF keeps"
                        + " them",
                configuration.database(),
                retention);
    }
}
