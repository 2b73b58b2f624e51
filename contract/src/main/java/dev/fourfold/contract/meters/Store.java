package dev.fourfold.contract.meters;

import io.micrometer.core.instrument.Tag;
import java.util.Locale;

/** The stores, as the label {@code store} names them. */
public enum Store {
    POSTGRESQL,
    INFLUXDB,
    MONGODB,
    REDIS,
    ARTIFACTS;

    /** The label's name. */
    public static final String LABEL = "store";

    /** The label. */
    public Tag tag() {
        return Tag.of(LABEL, label());
    }

    /** The label's value. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
