package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Items for a list, in the order in which they shall be given out. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewWork(List<NewItem> items) {

    /** Copies the list. */
    public NewWork {
        items = List.copyOf(items);
    }
}
