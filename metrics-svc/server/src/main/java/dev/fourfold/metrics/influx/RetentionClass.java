package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.ExperimentKey;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the points of some experiments are kept: {@code fourfold.influx.classes.<name>}. The class {@code system} is
 * that of all metrics whose names begin with {@code system/}, in every experiment.
 *
 * @param name what an experiment says at its creation
 * @param retention how long after its timestamp a point is kept, a number and h, d or w; at least an hour. Null where
 *     Micronaut took an environment variable for another name as well: {@code short-retention} of
 *     {@code FOURFOLD_INFLUX_CLASSES_SHORT_RETENTION}
 * @param shardDuration how much time one shard spans, which is what expires at once; by the retention where it is absent
 */
@EachProperty("fourfold.influx.classes")
record RetentionClass(
        @Parameter String name,
        @Nullable String retention,
        @Nullable String shardDuration) {

    /** The class that metrics of the machine belong to. */
    static final String SYSTEM = "system";

    private static final int MOST_SHARDS = 400;

    RetentionClass {
        if (!ExperimentKey.isClassName(name) || name.equals("default")) {
            throw new IllegalArgumentException(
                    "fourfold.influx.classes." + name + ": a class is called something of 1 to 32 lower-case letters,"
                            + " digits and -, a letter first, and not default");
        }
        if (retention != null) {
            Duration kept = duration(name, "retention", retention);
            Duration shard = shardDuration == null || shardDuration.isBlank()
                    ? usualShard(kept)
                    : duration(name, "shard-duration", shardDuration);
            if (shard.compareTo(kept) > 0 || kept.dividedBy(shard) > MOST_SHARDS) {
                throw new IllegalArgumentException("fourfold.influx.classes." + name + ".shard-duration is at most the"
                        + " retention, and at least a " + MOST_SHARDS + "th of it: " + shard);
            }
            shardDuration = InfluxTime.format(shard);
        }
    }

    boolean isConfigured() {
        return retention != null;
    }

    /** Where InfluxDB keeps the points of this class. */
    Policy policy() {
        if (retention == null) {
            throw new IllegalStateException("Nothing is said of class " + name);
        }
        return new Policy(name, InfluxTime.parse(retention), InfluxTime.parse(String.valueOf(shardDuration)));
    }

    private static Duration duration(String name, String what, String text) {
        if (!text.matches("[1-9][0-9]{0,5}[hdw]")) {
            throw new IllegalArgumentException(
                    "fourfold.influx.classes." + name + "." + what + " is a number and h, d or w: " + text);
        }
        return InfluxTime.parse(text);
    }

    /** As InfluxDB chooses it. */
    private static Duration usualShard(Duration retention) {
        if (retention.compareTo(Duration.ofDays(2)) < 0) {
            return Duration.ofHours(1);
        }
        return retention.compareTo(Duration.ofDays(180)) < 0 ? Duration.ofDays(1) : Duration.ofDays(7);
    }
}
