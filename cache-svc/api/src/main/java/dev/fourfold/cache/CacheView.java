package dev.fourfold.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Which cached answers a caller may use: those of one generation, on one start of the Redis server.
 *
 * @param generation the number recorded in PostgreSQL
 * @param incarnation the start of the Redis server that the generation belongs to
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record CacheView(long generation, String incarnation) {}
