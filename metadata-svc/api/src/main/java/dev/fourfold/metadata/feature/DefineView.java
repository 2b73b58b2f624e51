package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view as it is to be.
 *
 * @param ttlMillis how long after its event time a row counts; null for ever
 * @param maxRows the most rows, or null for what the service is configured with
 * @param maxBytes the most bytes of keys and values, or null for what the service is configured with
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DefineView(
        String name,
        String description,
        EntityKey entity,
        List<NewField> fields,
        @Nullable Long ttlMillis,
        @Nullable Long maxRows,
        @Nullable Long maxBytes,
        WhenFull whenFull) {

    /** Copies the list. */
    public DefineView {
        fields = List.copyOf(fields);
    }
}
