package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A lease that is asked for.
 *
 * @param holder who asks; nobody else may use the name, since who holds already is given the lease again
 * @param ttlMillis for how long
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewLease(String holder, long ttlMillis) {}
