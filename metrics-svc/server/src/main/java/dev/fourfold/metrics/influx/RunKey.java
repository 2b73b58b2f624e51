package dev.fourfold.metrics.influx;

/** A run in its experiment: what one series of wide rows belongs to. */
record RunKey(String experimentId, String runId) {}
