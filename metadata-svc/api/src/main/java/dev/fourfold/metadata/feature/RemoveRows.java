package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Rows to remove, up to {@link PushRows#MOST_ROWS}. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RemoveRows(String view, List<RowMark> rows) {

    /** Copies the list. */
    public RemoveRows {
        rows = List.copyOf(rows);
    }
}
