package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.ExperimentKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which retention policies there are, which one a point goes to, and which ones the points of a metric may be in: one,
 * where no class is configured for the experiment or the metric. InfluxDB reads several in one statement, as if they
 * were one.
 */
final class Policies {

    private static final String SYSTEM_PREFIX = "system/";

    /** A point that is dated further ahead than this, and than a shard, goes to the main policy, whose shards are long. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final Policy main;
    private final Map<String, Policy> classes = new LinkedHashMap<>();
    private final @Nullable Policy system;
    private final InstantSource clock;

    Policies(InfluxConfiguration configuration, Collection<RetentionClass> classes, InstantSource clock) {
        this.main = new Policy(
                configuration.retentionPolicy(), Duration.ZERO, InfluxTime.parse(configuration.shardDuration()));
        for (RetentionClass one : classes) {
            if (one.name().equals(main.name())) {
                throw new IllegalArgumentException(
                        "fourfold.influx.classes." + one.name() + ": fourfold.influx.retention-policy has that name");
            }
            if (one.isConfigured()) {
                this.classes.put(one.name(), one.policy());
            }
        }
        this.system = this.classes.get(RetentionClass.SYSTEM);
        this.clock = clock;
    }

    /** The one that points are in unless a class says otherwise. */
    Policy main() {
        return main;
    }

    /** Those of the configured classes. */
    Collection<Policy> classes() {
        return classes.values();
    }

    /** Those of the configured classes that an experiment may have. */
    List<Policy> ofExperiments() {
        return classes.values().stream()
                .filter(policy -> !policy.equals(system))
                .toList();
    }

    /** Ours of this name, null where it is none of ours. */
    @Nullable
    Policy named(String name) {
        return name.equals(main.name()) ? main : classes.get(name);
    }

    /** Everything that the wide rows of an experiment may be in. */
    Source wide(String experimentId) {
        return new Source(all(experimentId), Names.wideMeasurement(experimentId));
    }

    /** What the points of a metric in wide rows may be in. */
    Source wide(String experimentId, String key) {
        return new Source(of(experimentId, key), Names.wideMeasurement(experimentId));
    }

    /** Everything that the side points of an experiment may be in. */
    Source side(String experimentId) {
        return new Source(all(experimentId), Names.sideMeasurement(experimentId));
    }

    /** What the side points of a metric may be in. */
    Source side(String experimentId, String key) {
        return new Source(of(experimentId, key), Names.sideMeasurement(experimentId));
    }

    /** Where a new point goes. @param storedMillis where in time it is put, which may be another than its timestamp */
    Policy place(String experimentId, String key, long storedMillis) {
        if (classes.isEmpty()) {
            return main;
        }
        Policy policy = finite(experimentId, key);
        if (policy == null) {
            return main;
        }
        Duration ahead = policy.shardDuration().compareTo(AHEAD) > 0 ? policy.shardDuration() : AHEAD;
        return storedMillis > clock.millis() + ahead.toMillis() ? main : policy;
    }

    /** The timestamp in milliseconds before which a metric's points are past their retention; none where they never are. */
    long expiredBefore(String experimentId, String key) {
        Policy policy = classes.isEmpty() ? null : finite(experimentId, key);
        return policy == null
                ? Long.MIN_VALUE
                : clock.millis() - policy.retention().toMillis();
    }

    private @Nullable Policy finite(String experimentId, String key) {
        if (system != null && key.startsWith(SYSTEM_PREFIX)) {
            return system;
        }
        return ofClass(experimentId);
    }

    private @Nullable Policy ofClass(String experimentId) {
        String name =
                classes.isEmpty() ? null : ExperimentKey.parse(experimentId).retentionClass();
        return name == null ? null : classes.get(name);
    }

    private List<String> of(String experimentId, String key) {
        Policy policy = classes.isEmpty() ? null : finite(experimentId, key);
        if (policy == null) {
            return List.of(main.name());
        }
        Policy ofClass = ofClass(experimentId);
        // A metric of the machine that was written before there was such a class is in the experiment's.
        return ofClass == null || ofClass.equals(policy)
                ? List.of(main.name(), policy.name())
                : List.of(main.name(), ofClass.name(), policy.name());
    }

    private List<String> all(String experimentId) {
        return of(experimentId, SYSTEM_PREFIX);
    }

    /** A measurement in one or several policies. */
    record Source(List<String> policies, String measurement) {}
}
