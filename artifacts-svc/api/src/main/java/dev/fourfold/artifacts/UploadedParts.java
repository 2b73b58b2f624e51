package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** All parts of an upload, as they cross HTTP between services. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record UploadedParts(List<UploadedPart> parts) {

    /** Copies the list. */
    public UploadedParts {
        parts = List.copyOf(parts);
    }
}
