package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.run.Metric;
import io.micronaut.serde.annotation.Serdeable;

/** A point of a metric that a run logged for a model. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelMetric(String runId, Metric metric) {}
