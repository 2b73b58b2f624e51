package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What became of items whose time was to be prolonged.
 *
 * @param lost ids of items that are not held under the token: done, given back, given to another, or never there
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RenewedWork(List<RenewedItem> renewed, List<String> lost) {

    /** Copies the lists. */
    public RenewedWork {
        renewed = List.copyOf(renewed);
        lost = List.copyOf(lost);
    }
}
