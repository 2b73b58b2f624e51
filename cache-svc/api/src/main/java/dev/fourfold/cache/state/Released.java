package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Whether the lease was held until now; releasing it again is harmless. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Released(boolean held) {}
