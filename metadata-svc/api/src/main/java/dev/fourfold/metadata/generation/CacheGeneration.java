package dev.fourfold.metadata.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The record that decides whether cached answers may be used, and which: one row in PostgreSQL.
 *
 * @param number grows by one at each change; answers of another generation are never used
 * @param enabled false: nobody uses the cache
 * @param incarnation the start of the Redis server that this generation belongs to, or null before the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record CacheGeneration(
        long number, boolean enabled, @Nullable String incarnation) {}
