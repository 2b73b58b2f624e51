package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.ExperimentKey;
import org.jspecify.annotations.Nullable;

/**
 * Names of ours as names in InfluxDB. The encoding is injective, leaves ordinary names as they are, and its result holds
 * no character that means something in line protocol, in InfluxQL or in a list of points.
 */
final class Names {

    /** First in the name of a field that holds points as text; never first in an encoded name. */
    private static final char TEXT_MARK = '~';

    private static final String WIDE = "points.";
    private static final String SIDE = "side.";
    private static final String AWKWARD = " ,=\"'\\%;#~`$|";
    private static final String HEX = "0123456789abcdef";

    private Names() {}

    /** The measurement with the wide rows of an experiment. */
    static String wideMeasurement(String experimentId) {
        return WIDE + encode(ExperimentKey.parse(experimentId).experimentId());
    }

    /** The measurement with the points of an experiment that no wide row can hold. */
    static String sideMeasurement(String experimentId) {
        return SIDE + encode(ExperimentKey.parse(experimentId).experimentId());
    }

    /** Whether a measurement of ours, or a series of one, is of side points. */
    static boolean isSide(String measurement) {
        return measurement.startsWith(SIDE);
    }

    /** The field of a wide row with a metric's plain values. */
    static String plainField(String encodedKey) {
        return encodedKey;
    }

    /** The field of a wide row with a metric's values that are not finite or whose step is not in the time. */
    static String textField(String encodedKey) {
        return TEXT_MARK + encodedKey;
    }

    /** The experiment of a measurement of ours, null for any other measurement. */
    static @Nullable String experimentOf(String measurement) {
        if (measurement.startsWith(WIDE)) {
            return decode(measurement.substring(WIDE.length()));
        }
        return measurement.startsWith(SIDE) ? decode(measurement.substring(SIDE.length())) : null;
    }

    /** The metric of a field of wide rows. */
    static String keyOf(String field) {
        return decode(!field.isEmpty() && field.charAt(0) == TEXT_MARK ? field.substring(1) : field);
    }

    /** Reads {@link #encode} back; what another program named otherwise stays as it is. */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        var name = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%' && i + 2 < encoded.length() && isHex(encoded.charAt(i + 1)) && isHex(encoded.charAt(i + 2))) {
                name.append((char) Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }

    /** A key, run id or experiment id, encoded. */
    static String encode(String name) {
        StringBuilder encoded = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            // InfluxDB refuses a field called `time` and keeps names with a leading underscore for itself. A field with
            // the name of our tag hides the tag: every run of the experiment then reads as empty.
            boolean reserved = i == 0 && (c == '_' || name.equals("time") || name.equals("run"));
            if (reserved || isAwkward(c)) {
                if (encoded == null) {
                    encoded = new StringBuilder(name.length() + 16).append(name, 0, i);
                }
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else if (encoded != null) {
                encoded.append(c);
            }
        }
        return encoded == null ? name : encoded.toString();
    }

    private static boolean isHex(char c) {
        return HEX.indexOf(c) >= 0;
    }

    /** Awkward characters are all below U+0100, so two digits hold them. */
    private static boolean isAwkward(char c) {
        return c < ' ' || (c >= 0x7f && c <= 0x9f) || (c < 0x7f && AWKWARD.indexOf(c) >= 0);
    }
}
