package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What a namespace stands on, in one start of Redis.
 *
 * @param wanted what this answers
 * @param limits what the namespace may hold
 * @param firstToken the first token of a block that is reserved for it; greater than all that were reserved before
 * @param lastToken the last token of the block
 * @param unknownMillis for how long somebody may still hold a lease that a Redis which forgot does not know of
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Ground(
        WantedGround wanted, NamespaceLimits limits, long firstToken, long lastToken, long unknownMillis) {}
