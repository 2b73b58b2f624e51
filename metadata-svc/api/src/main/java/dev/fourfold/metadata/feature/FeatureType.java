package dev.fourfold.metadata.feature;

/** What a field's values are, and so how they are written in JSON. */
public enum FeatureType {
    /** {@code true} or {@code false}. */
    BOOL,
    /** A whole number of 64 bits. */
    INT64,
    /** A number to its last bit; {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"} are texts. */
    FLOAT64,
    /** A text. */
    STRING,
    /** Bytes, in base64. */
    BYTES,
    /** A moment, in milliseconds since 1970. */
    TIMESTAMP
}
