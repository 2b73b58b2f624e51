package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Rows to record, all or none.
 *
 * @param rows up to {@link #MOST_ROWS}; of several for one entity the latest event time stays, of equal ones the last
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PushRows(String view, List<PushedRow> rows) {

    /** The most rows of one request. */
    public static final int MOST_ROWS = 1000;

    /** Copies the list. */
    public PushRows {
        rows = List.copyOf(rows);
    }
}
