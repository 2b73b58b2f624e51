package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What is heard of a heart.
 *
 * @param number null where it is not known
 * @param heard whether {@code atMillis} is a beat; else it is since when this start of Redis listens
 * @param nowMillis the clock of Redis
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record HeardHeart(
        @Nullable Long number, long ttlMillis, long atMillis, boolean heard, long nowMillis, String worker) {}
