package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** How many items are new, and how many were there. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record AddedWork(int added, int known) {}
