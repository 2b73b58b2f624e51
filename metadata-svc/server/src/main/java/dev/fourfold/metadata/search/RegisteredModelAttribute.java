package dev.fourfold.metadata.search;

import java.util.Locale;

/** The fixed fields of a registered model that can be searched for or ordered by. */
enum RegisteredModelAttribute implements Attribute {
    LAST_UPDATED_TIMESTAMP(true),
    NAME(false);

    private final boolean numeric;

    RegisteredModelAttribute(boolean numeric) {
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
