package dev.fourfold.metadata.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new experiment.
 *
 * @param artifactLocation null means {@code mlflow-artifacts:/<experiment id>}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreateExperiment(String name, @Nullable String artifactLocation, List<Tag> tags) {}
