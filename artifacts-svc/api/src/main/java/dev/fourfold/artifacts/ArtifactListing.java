package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What lies directly in a directory, as it crosses HTTP between services. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ArtifactListing(List<ArtifactEntry> entries) {

    /** Copies the list. */
    public ArtifactListing {
        entries = List.copyOf(entries);
    }
}
