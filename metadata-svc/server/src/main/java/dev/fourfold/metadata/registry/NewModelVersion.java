package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.Tag;
import java.util.List;

/** A checked version that has no number yet. */
public record NewModelVersion(
        String name, VersionOrigin origin, String runLink, String description, List<Tag> tags, long nowMillis) {

    public NewModelVersion {
        tags = List.copyOf(tags);
    }
}
