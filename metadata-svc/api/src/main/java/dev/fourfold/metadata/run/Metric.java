package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * One value of a metric. The value travels as its bits, because JSON has no NaN, no infinities and no negative zero.
 *
 * @param valueBits as {@link Double#doubleToRawLongBits}
 * @param timestampMillis 0 or more
 * @param step any long; negative ones are legal
 * @param modelId the logged model that was measured, where the client says so
 * @param datasetName what it was measured on, where the client says so; then the digest is there too
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Metric(
        String key,
        long valueBits,
        long timestampMillis,
        long step,
        @Nullable String modelId,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {

    /** A metric from its value. */
    public static Metric of(String key, double value, long timestampMillis, long step) {
        return new Metric(key, Double.doubleToRawLongBits(value), timestampMillis, step, null, null, null);
    }

    /** The same value, measured on a logged model. */
    public Metric ofModel(@Nullable String model, @Nullable String dataset, @Nullable String digest) {
        return new Metric(key, valueBits, timestampMillis, step, model, dataset, digest);
    }

    /** The value, to the last bit. */
    public double value() {
        return Double.longBitsToDouble(valueBits);
    }
}
