package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Says that a namespace has no {@link Ground}: it is new, Redis was started again or forgot, or its tokens are used up.
 *
 * @param incarnation the start of Redis that says so
 * @param atMillis when, by the clock of Redis: a ground that is brought much later is not taken
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record WantedGround(String incarnation, long atMillis) {}
