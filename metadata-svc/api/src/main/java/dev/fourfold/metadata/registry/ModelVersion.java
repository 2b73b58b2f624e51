package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of a registered model.
 *
 * @param description null where an update took it away
 * @param source where its files come from, as the caller said
 * @param runId empty where the caller named no run
 * @param tags by key
 * @param aliases by alias; empty in pages of a search and among a model's latest versions, as in MLflow
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelVersion(
        String name,
        long version,
        long creationTimeMillis,
        long lastUpdatedTimeMillis,
        @Nullable String description,
        ModelStage stage,
        String source,
        String runId,
        String runLink,
        List<Tag> tags,
        List<String> aliases) {}
