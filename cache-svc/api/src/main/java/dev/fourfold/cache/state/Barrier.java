package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A generation of a barrier.
 *
 * @param arrived how many different workers have come; all of them where it is open
 * @param open whether all have come; then it stays so
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Barrier(long generation, long arrived, long parties, boolean open) {}
