package dev.fourfold.metadata.search;

import java.util.Locale;

/** The fixed fields of an experiment that can be searched for. */
enum ExperimentAttribute implements Attribute {
    CREATION_TIME(true),
    EXPERIMENT_ID(false),
    LAST_UPDATE_TIME(true),
    NAME(false);

    private final boolean numeric;

    ExperimentAttribute(boolean numeric) {
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
