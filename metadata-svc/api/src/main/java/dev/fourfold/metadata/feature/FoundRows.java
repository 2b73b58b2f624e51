package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Rows that are recorded, expired ones included, in any order; an entity without a row is left out.
 *
 * @param view the view that their values are to be read by
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FoundRows(FeatureView view, List<FeatureRow> rows) {

    /** Copies the list. */
    public FoundRows {
        rows = List.copyOf(rows);
    }
}
