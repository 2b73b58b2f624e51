package dev.fourfold.metadata.search;

import java.util.Locale;

/** The fixed fields of a run that can be searched for. */
enum RunAttribute implements Attribute {
    ARTIFACT_URI(false),
    END_TIME(true),
    RUN_ID(false),
    RUN_NAME(false),
    START_TIME(true),
    STATUS(false),
    USER_ID(false);

    private final boolean numeric;

    RunAttribute(boolean numeric) {
        this.numeric = numeric;
    }

    @Override
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean numeric() {
        return numeric;
    }
}
