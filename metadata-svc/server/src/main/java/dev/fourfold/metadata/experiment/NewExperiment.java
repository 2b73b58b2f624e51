package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked experiment that has no id yet.
 *
 * @param artifactLocation null: the default, which depends on the id
 */
public record NewExperiment(String name, @Nullable String artifactLocation, List<Tag> tags, long creationTimeMillis) {

    public NewExperiment {
        tags = List.copyOf(tags);
    }
}
