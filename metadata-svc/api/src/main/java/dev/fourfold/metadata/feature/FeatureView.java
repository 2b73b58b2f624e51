package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view as it is.
 *
 * @param id another one for each view that ever was, whatever its name
 * @param version how often it was changed, beginning at 1
 * @param fields in the order in which they were defined
 * @param ttlMillis how long after its event time a row counts; null for ever
 * @param maxRows the most rows
 * @param maxBytes the most bytes of keys and values
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FeatureView(
        long id,
        long version,
        String name,
        String description,
        EntityKey entity,
        List<FeatureField> fields,
        @Nullable Long ttlMillis,
        long maxRows,
        long maxBytes,
        WhenFull whenFull,
        long creationTimeMillis,
        long lastUpdateTimeMillis) {

    /** Copies the list. */
    public FeatureView {
        fields = List.copyOf(fields);
    }

    /** Whether a row of that time counts no more; the one place that says so. */
    public boolean expired(long eventTimeMillis, long nowMillis) {
        return ttlMillis != null && eventTimeMillis <= nowMillis - ttlMillis;
    }
}
