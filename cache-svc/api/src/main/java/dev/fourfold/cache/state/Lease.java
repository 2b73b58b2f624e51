package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A lease that somebody holds.
 *
 * @param token greater than every token that was given in the namespace before
 * @param remainingMillis for how long still, counted from before the request was sent
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Lease(String holder, long token, long remainingMillis) {}
