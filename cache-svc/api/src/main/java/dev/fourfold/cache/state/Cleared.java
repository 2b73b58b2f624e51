package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Whether nothing is left of a namespace; otherwise clearing goes on where it is asked for again. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Cleared(boolean done) {}
