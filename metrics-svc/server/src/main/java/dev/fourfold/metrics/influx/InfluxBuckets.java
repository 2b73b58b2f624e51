package dev.fourfold.metrics.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.Bucket;
import com.influxdb.client.domain.BucketRetentionRules;
import com.influxdb.client.domain.DBRP;
import com.influxdb.client.domain.DBRPCreate;
import com.influxdb.client.domain.Organization;
import com.influxdb.client.domain.PostBucketRequest;
import com.influxdb.client.service.DbrPsService;
import com.influxdb.exceptions.InfluxException;
import dev.fourfold.journal.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a 2.x has in place of a database and its retention policies: a bucket for each, and a mapping (DBRP) by which
 * InfluxQL finds it. Made where the token allows; where it does not, the message says what to run.
 */
final class InfluxBuckets {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxBuckets.class);

    /** All of the time that InfluxDB has. */
    private static final OffsetDateTime BEGIN =
            Instant.ofEpochSecond(0, Long.MIN_VALUE + 2).atOffset(ZoneOffset.UTC);

    private static final OffsetDateTime END =
            Instant.ofEpochSecond(0, Long.MAX_VALUE - 1).atOffset(ZoneOffset.UTC);

    private final InfluxConfiguration configuration;
    private final InfluxDBClient client;

    InfluxBuckets(InfluxConfiguration configuration, InfluxDBClient client) {
        this.configuration = configuration;
        this.client = client;
    }

    /** Makes or changes what is not as the policies want it. */
    void ensure(Policies policies) throws StoreUnavailableException {
        var wanted = new ArrayList<Policy>();
        wanted.add(policies.main());
        wanted.addAll(policies.classes());
        for (Policy policy : wanted) {
            Bucket bucket = bucket(policy);
            map(policy, bucket, policy.equals(policies.main()));
        }
    }

    /** Removes everything with these tags from a policy's bucket. */
    void delete(Policy policy, String measurement, String run) throws StoreUnavailableException {
        // Both are encoded: neither holds a quotation mark or a backslash.
        String predicate = "_measurement=\"" + measurement + "\" AND run=\"" + run + "\"";
        try {
            client.getDeleteApi()
                    .delete(BEGIN, END, predicate, configuration.writeBucket(policy), configuration.writeOrg());
        } catch (InfluxException e) {
            throw new StoreUnavailableException("InfluxDB does not delete: " + e.getMessage(), e);
        }
    }

    private Bucket bucket(Policy policy) throws StoreUnavailableException {
        String name = configuration.writeBucket(policy);
        Bucket found = find(name);
        try {
            if (found == null) {
                Bucket made = client.getBucketsApi()
                        .createBucket(new PostBucketRequest()
                                .orgID(organisation())
                                .name(name)
                                .addRetentionRulesItem(rule(new BucketRetentionRules(), policy)));
                LOG.info("influxdb.bucket name={} {} made", name, policy);
                return made;
            }
            if (needsChange(found, policy)) {
                BucketRetentionRules rule = found.getRetentionRules().isEmpty()
                        ? new BucketRetentionRules()
                        : found.getRetentionRules().getFirst();
                found.setRetentionRules(List.of(rule(rule, policy)));
                found = client.getBucketsApi().updateBucket(found);
                LOG.warn("influxdb.bucket name={} changed to {}", name, policy);
            }
            return found;
        } catch (InfluxException e) {
            String how = " --name " + name + " --org " + configuration.writeOrg() + " --retention "
                    + (policy.isFinite() ? InfluxTime.format(policy.retention()) : "0") + " --shard-group-duration "
                    + InfluxTime.format(policy.shardDuration());
            if (found == null) {
                throw new StoreUnavailableException(
                        "InfluxDB has no bucket " + name + ", and the token may not make it: influx bucket create"
                                + how,
                        e);
            }
            LOG.warn(
                    "influxdb.bucket name={} is not as configured, and the token may not change it: it should be"
                            + " as after influx bucket create{}",
                    name,
                    how,
                    e);
            return found;
        }
    }

    private @Nullable Bucket find(String name) throws StoreUnavailableException {
        try {
            return client.getBucketsApi().findBucketByName(name);
        } catch (InfluxException e) {
            throw new StoreUnavailableException("InfluxDB does not show its buckets: " + e.getMessage(), e);
        }
    }

    private String organisation() {
        return client.getOrganizationsApi().findOrganizations().stream()
                .filter(organization -> configuration.writeOrg().equals(organization.getName())
                        || configuration.writeOrg().equals(organization.getId()))
                .map(Organization::getId)
                .findFirst()
                .orElseThrow(() -> new InfluxException("There is no organisation " + configuration.writeOrg()));
    }

    /** Retention as configured; of the main bucket, whose retention is its owner's, only shards that are too short. */
    private static boolean needsChange(Bucket bucket, Policy policy) {
        Duration kept = Duration.ZERO;
        Duration shards = Duration.ZERO;
        if (!bucket.getRetentionRules().isEmpty()) {
            var rule = bucket.getRetentionRules().getFirst();
            kept = rule.getEverySeconds() == null ? Duration.ZERO : Duration.ofSeconds(rule.getEverySeconds());
            shards = rule.getShardGroupDurationSeconds() == null
                    ? Duration.ZERO
                    : Duration.ofSeconds(rule.getShardGroupDurationSeconds());
        }
        if (policy.isFinite()) {
            return !kept.equals(policy.retention()) || !shards.equals(policy.shardDuration());
        }
        if (kept.isPositive()) {
            LOG.warn("influxdb.retention bucket={} expires points after {}", bucket.getName(), kept);
            return false;
        }
        return shards.compareTo(policy.shardDuration()) < 0;
    }

    private static BucketRetentionRules rule(BucketRetentionRules rule, Policy policy) {
        return rule.everySeconds(Math.toIntExact(policy.retention().toSeconds()))
                .shardGroupDurationSeconds(policy.shardDuration().toSeconds());
    }

    private void map(Policy policy, Bucket bucket, boolean main) throws StoreUnavailableException {
        String how = "influx v1 dbrp create --db " + configuration.database() + " --rp " + policy.name()
                + " --bucket-id " + bucket.getId() + (main ? " --default" : "");
        try {
            var service = client.getService(DbrPsService.class);
            var mappings = service.getDBRPs(
                            null, bucket.getOrgID(), null, null, null, null, configuration.database(), null)
                    .execute()
                    .body();
            if (mappings != null && mappings.getContent() != null) {
                for (DBRP mapping : mappings.getContent()) {
                    if (policy.name().equals(mapping.getRetentionPolicy())) {
                        if (!bucket.getId().equals(mapping.getBucketID())) {
                            throw new StoreUnavailableException("InfluxDB maps " + configuration.database() + "/"
                                    + policy.name() + " to another bucket than " + bucket.getName()
                                    + ": delete that mapping, or set fourfold.influx.database");
                        }
                        return;
                    }
                }
            }
            var made = service.postDBRP(
                            new DBRPCreate()
                                    .orgID(bucket.getOrgID())
                                    .bucketID(bucket.getId())
                                    .database(configuration.database())
                                    .retentionPolicy(policy.name())
                                    ._default(main),
                            null)
                    .execute();
            if (!made.isSuccessful()) {
                throw new StoreUnavailableException("InfluxDB has no mapping of " + configuration.database() + "/"
                        + policy.name() + ", and does not let the token make it (status " + made.code() + "): " + how);
            }
            LOG.info(
                    "influxdb.mapping {}/{} to bucket {} made",
                    configuration.database(),
                    policy.name(),
                    bucket.getName());
        } catch (IOException e) {
            throw new StoreUnavailableException("InfluxDB at " + configuration.url() + " cannot be reached", e);
        }
    }
}
