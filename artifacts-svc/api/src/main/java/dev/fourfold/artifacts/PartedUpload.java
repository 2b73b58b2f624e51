package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * An upload in parts that was begun.
 *
 * @param uploadId what it is called when it is completed or aborted
 * @param addresses where each part is sent by PUT, part 1 first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PartedUpload(String uploadId, List<String> addresses) {

    /** Copies the list. */
    public PartedUpload {
        addresses = List.copyOf(addresses);
    }
}
