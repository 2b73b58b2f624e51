package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Whether a heart is heard from now on.
 *
 * @param started false where that came too late: beat again
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StartedHeart(boolean started, long atMillis) {}
