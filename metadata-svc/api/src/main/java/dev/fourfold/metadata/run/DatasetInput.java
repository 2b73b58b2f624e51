package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * A run's use of a dataset.
 *
 * @param tags of the use, not of the dataset: {@code mlflow.data.context} says what for
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DatasetInput(List<Tag> tags, Dataset dataset) {}
