package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Items that are the worker's for a time; none where all are done or taken.
 *
 * @param unfinished whether the list has items that are not done, these included
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TakenWork(List<TakenItem> items, boolean unfinished) {

    /** Copies the list. */
    public TakenWork {
        items = List.copyOf(items);
    }
}
