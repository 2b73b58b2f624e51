package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * One value of a metric. The value travels as its bits, because JSON has no NaN, no infinities and no negative zero.
 *
 * @param valueBits as {@link Double#doubleToRawLongBits}
 * @param timestampMillis 0 or more
 * @param step any long; negative ones are legal
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Metric(String key, long valueBits, long timestampMillis, long step) {

    /** A metric from its value. */
    public static Metric of(String key, double value, long timestampMillis, long step) {
        return new Metric(key, Double.doubleToRawLongBits(value), timestampMillis, step);
    }

    /** The value, to the last bit. */
    public double value() {
        return Double.longBitsToDouble(valueBits);
    }
}
