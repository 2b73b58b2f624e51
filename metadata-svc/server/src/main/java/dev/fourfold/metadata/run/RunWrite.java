package dev.fourfold.metadata.run;

/** The checked changes of one call to one run. */
public record RunWrite(String runId, RunChanges changes) {}
