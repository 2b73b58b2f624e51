package dev.fourfold.metadata.model;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Param;
import java.util.List;

/** A checked logged model that is not stored yet. */
public record NewModel(
        String modelId,
        long experimentId,
        String name,
        String modelType,
        String sourceRunId,
        List<Param> params,
        List<Tag> tags,
        long creationTimeMillis) {

    public NewModel {
        params = List.copyOf(params);
        tags = List.copyOf(tags);
    }
}
