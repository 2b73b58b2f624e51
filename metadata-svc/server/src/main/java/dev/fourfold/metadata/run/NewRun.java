package dev.fourfold.metadata.run;

import dev.fourfold.metadata.Tag;
import java.util.List;

/** A checked run that is not stored yet; its tags have the name among them. */
public record NewRun(
        String runId, long experimentId, String runName, String userId, long startTimeMillis, List<Tag> tags) {

    public NewRun {
        tags = List.copyOf(tags);
    }
}
