package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What one log call changes, all or nothing.
 *
 * @param metrics all points of the call, or only the greatest of each key: the outcome is the same
 * @param params params to add; a different value of a known key refuses the whole
 * @param tags tags to set; {@code mlflow.runName} renames the run
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunChanges(List<Metric> metrics, List<Param> params, List<Tag> tags) {}
