package dev.fourfold.metadata.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * An experiment.
 *
 * @param experimentId digits; "0" is the experiment named Default, which exists from the start
 * @param artifactLocation the URI below which artifacts of its runs are kept
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Experiment(
        String experimentId,
        String name,
        String artifactLocation,
        LifecycleStage lifecycleStage,
        long creationTimeMillis,
        long lastUpdateTimeMillis,
        List<Tag> tags) {}
