package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * How full a namespace is; what has expired does not count.
 *
 * @param keys entries of any kind
 * @param bytes what their names and values weigh; of what expired lately some may still be in it
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Usage(long keys, long bytes) {}
