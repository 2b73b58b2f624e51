package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the next version of a model.
 *
 * @param source where the files are; what is refused there is listed at {@link ModelVersionOperations#create}
 * @param runId null where the caller did not say
 * @param modelId the logged model that it is made from; null where the caller did not say
 * @param tags of a repeated key the last one counts
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreateModelVersion(
        String name,
        String source,
        @Nullable String runId,
        @Nullable String modelId,
        List<Tag> tags,
        String runLink,
        String description) {}
