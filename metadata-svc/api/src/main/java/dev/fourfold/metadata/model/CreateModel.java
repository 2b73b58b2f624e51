package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Param;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new logged model.
 *
 * @param name null: a random one
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreateModel(
        String experimentId,
        @Nullable String name,
        String modelType,
        String sourceRunId,
        List<Param> params,
        List<Tag> tags) {}
