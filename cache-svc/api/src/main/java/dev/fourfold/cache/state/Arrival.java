package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A worker that has come to a barrier.
 *
 * @param worker who; the same again is the same arrival
 * @param parties how many different workers open the barrier
 * @param generation how many times the worker will have passed it then, from 1
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Arrival(String worker, long parties, long generation) {}
