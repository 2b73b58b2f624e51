package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What one log call changes, all or nothing.
 *
 * @param metrics all points of the call; the run keeps the greatest of each key, a logged model that a point names keeps
 *     the point
 * @param params params to add; a different value of a known key refuses the whole
 * @param tags tags to set; {@code mlflow.runName} renames the run
 * @param single true where the call carries one thing by its nature ({@code log-metric}, {@code log-parameter},
 *     {@code set-tag}): problems then name the parameter as those calls do, {@code key} and not {@code tags[0].key}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunChanges(List<Metric> metrics, List<Param> params, List<Tag> tags, boolean single) {

    /** What {@code log-batch} changes. */
    public static RunChanges batch(List<Metric> metrics, List<Param> params, List<Tag> tags) {
        return new RunChanges(metrics, params, tags, false);
    }

    /** What {@code log-metric} changes. */
    public static RunChanges of(Metric metric) {
        return new RunChanges(List.of(metric), List.of(), List.of(), true);
    }

    /** What {@code log-parameter} changes. */
    public static RunChanges of(Param param) {
        return new RunChanges(List.of(), List.of(param), List.of(), true);
    }

    /** What {@code set-tag} changes. */
    public static RunChanges of(Tag tag) {
        return new RunChanges(List.of(), List.of(), List.of(tag), true);
    }
}
