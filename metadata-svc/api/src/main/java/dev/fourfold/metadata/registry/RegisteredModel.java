package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered model.
 *
 * @param latestVersions the newest version of each stage that has any
 * @param tags by key
 * @param aliases by alias
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RegisteredModel(
        String name,
        long creationTimeMillis,
        long lastUpdatedTimeMillis,
        @Nullable String description,
        List<ModelVersion> latestVersions,
        List<Tag> tags,
        List<ModelAlias> aliases) {}
