package dev.fourfold.metadata.search;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fixed fields of a logged model that can be searched for: the columns of MLflow's own table. */
enum ModelAttribute implements Attribute {
    ARTIFACT_LOCATION("m.artifact_uri", false),
    CREATION_TIMESTAMP_MS("m.creation_time", true),
    EXPERIMENT_ID("m.experiment_id::text", false),
    LAST_UPDATED_TIMESTAMP_MS("m.last_updated_time", true),
    LIFECYCLE_STAGE("CASE WHEN m.deleted THEN 'deleted' ELSE 'active' END", false),
    MODEL_ID("m.model_id", false),
    MODEL_TYPE("m.model_type", false),
    NAME("m.name", false),
    SOURCE_RUN_ID("m.source_run_id", false),

    /** MLflow keeps its number, and compares that. */
    STATUS("CASE m.status WHEN 'PENDING' THEN '1' WHEN 'READY' THEN '2' ELSE '3' END", false),

    /** MLflow never sets it. */
    STATUS_MESSAGE("NULL::text", false);

    private static final Map<String, ModelAttribute> ALIASES = Map.of(
            "creation_time", CREATION_TIMESTAMP_MS,
            "creation_timestamp", CREATION_TIMESTAMP_MS,
            "last_updated_timestamp", LAST_UPDATED_TIMESTAMP_MS);

    private final String column;
    private final boolean numeric;

    ModelAttribute(String column, boolean numeric) {
        this.column = column;
        this.numeric = numeric;
    }

    /** The attribute of this name, or null. */
    static @Nullable ModelAttribute of(String name) {
        for (var attribute : values()) {
            if (attribute.key().equals(name)) {
                return attribute;
            }
        }
        return ALIASES.get(name);
    }

    @Override
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean numeric() {
        return numeric;
    }

    /** The expression in a query whose logged models are called m. */
    String column() {
        return column;
    }
}
