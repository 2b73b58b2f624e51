package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Whether there was something to remove; removing it again is harmless. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Removed(boolean found) {}
