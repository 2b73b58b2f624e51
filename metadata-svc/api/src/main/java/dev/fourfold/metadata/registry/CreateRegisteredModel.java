package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new registered model.
 *
 * @param tags of a repeated key the last one counts; {@code mlflow.prompt.is_prompt} makes it a prompt
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreateRegisteredModel(String name, @Nullable String description, List<Tag> tags) {}
