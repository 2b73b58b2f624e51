package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.LifecycleStage;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Where a run belongs: what other stores need to find its data. The experiment and the retention class of a run never
 * change.
 *
 * @param retentionClass how long its points are kept: what its experiment's tag said when it was created, or null
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunPlace(
        String runId,
        String experimentId,
        LifecycleStage lifecycleStage,
        @Nullable String retentionClass) {}
