package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** What a counter is at. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Count(long value) {}
