package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Which rows to read.
 *
 * @param entities up to {@link #MOST_ENTITIES}; none asks for the view alone
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ReadRows(String view, List<String> entities) {

    /** The most entities of one request. */
    public static final int MOST_ENTITIES = 1000;

    /** Copies the list. */
    public ReadRows {
        entities = List.copyOf(entities);
    }
}
