package dev.fourfold.metadata.search;

import java.util.Locale;

/** The fixed fields of a model version that can be searched for or ordered by. */
enum ModelVersionAttribute implements Attribute {
    CREATION_TIMESTAMP(true),
    LAST_UPDATED_TIMESTAMP(true),
    NAME(false),
    RUN_ID(false),
    SOURCE_PATH(false),
    VERSION_NUMBER(true);

    private final boolean numeric;

    ModelVersionAttribute(boolean numeric) {
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
