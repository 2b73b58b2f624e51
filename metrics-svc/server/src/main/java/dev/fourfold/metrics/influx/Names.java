package dev.fourfold.metrics.influx;

/**
 * Names of ours as names in InfluxDB. The encoding is injective, leaves ordinary names as they are, and its result holds
 * no character that means something in line protocol, in InfluxQL or in a list of points.
 */
final class Names {

    /** First in the name of a field that holds points as text; never first in an encoded name. */
    private static final char TEXT_MARK = '~';

    private static final String AWKWARD = " ,=\"'\\%;#~`$|";
    private static final String HEX = "0123456789abcdef";

    private Names() {}

    /** The measurement with the wide rows of an experiment. */
    static String wideMeasurement(String experimentId) {
        return "points." + encode(experimentId);
    }

    /** The measurement with the points of an experiment that no wide row can hold. */
    static String sideMeasurement(String experimentId) {
        return "side." + encode(experimentId);
    }

    /** The field of a wide row with a metric's plain values. */
    static String plainField(String encodedKey) {
        return encodedKey;
    }

    /** The field of a wide row with a metric's values that are not finite or whose step is not in the time. */
    static String textField(String encodedKey) {
        return TEXT_MARK + encodedKey;
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

    /** Awkward characters are all below U+0100, so two digits hold them. */
    private static boolean isAwkward(char c) {
        return c < ' ' || (c >= 0x7f && c <= 0x9f) || (c < 0x7f && AWKWARD.indexOf(c) >= 0);
    }
}
