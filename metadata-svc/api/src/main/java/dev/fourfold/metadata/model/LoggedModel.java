package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Param;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * A logged model.
 *
 * @param modelId {@code m-} and 32 hex digits
 * @param artifactUri {@code <artifact location of the experiment>/models/<model id>/artifacts}
 * @param modelType empty where the client gave none
 * @param sourceRunId empty where the client gave none; nobody checked that there is such a run
 * @param tags by key
 * @param params by key
 * @param metrics every distinct point, in the order of logging
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LoggedModel(
        String modelId,
        String experimentId,
        String name,
        long creationTimeMillis,
        long lastUpdatedTimeMillis,
        String artifactUri,
        ModelStatus status,
        String modelType,
        String sourceRunId,
        List<Tag> tags,
        List<Param> params,
        List<ModelMetric> metrics) {}
