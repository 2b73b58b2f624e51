package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * A run with all that PostgreSQL knows of it.
 *
 * @param metrics the latest value of each metric: the greatest by (step, timestamp, value), NaN counting as 0; by key
 * @param params by key
 * @param tags by key
 * @param inputs what it read; a search leaves the models out, as MLflow does
 * @param outputs the logged models that it made, by id
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Run(
        RunInfo info,
        List<Metric> metrics,
        List<Param> params,
        List<Tag> tags,
        RunInputs inputs,
        List<ModelOutput> outputs) {}
