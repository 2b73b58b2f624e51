package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What is to be added to a counter.
 *
 * @param by may be negative
 * @param requestId makes a repeat known, so that it changes nothing; null where none is expected
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Addition(long by, @Nullable String requestId) {}
