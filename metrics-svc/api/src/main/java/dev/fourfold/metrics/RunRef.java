package dev.fourfold.metrics;

import io.micronaut.serde.annotation.Serdeable;

/** A run whose points are wanted, and the experiment that it belongs to. */
@Serdeable
public record RunRef(String experimentId, String runId) {}
