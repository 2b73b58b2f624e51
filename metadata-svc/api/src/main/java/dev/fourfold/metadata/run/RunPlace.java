package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.LifecycleStage;
import io.micronaut.serde.annotation.Serdeable;

/** Where a run belongs: what other stores need to find its data. The experiment of a run never changes. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunPlace(String runId, String experimentId, LifecycleStage lifecycleStage) {}
