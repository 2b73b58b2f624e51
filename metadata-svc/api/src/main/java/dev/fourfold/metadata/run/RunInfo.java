package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.LifecycleStage;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The fixed part of a run.
 *
 * @param runId 32 hex digits
 * @param startTimeMillis 0 where the client gave none
 * @param artifactUri {@code <artifact location of the experiment>/<run id>/artifacts}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunInfo(
        String runId,
        String experimentId,
        String runName,
        String userId,
        RunStatus status,
        long startTimeMillis,
        @Nullable Long endTimeMillis,
        String artifactUri,
        LifecycleStage lifecycleStage) {}
