package dev.fourfold.metadata.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Tokens that are nobody else's, greater than all that were reserved before.
 *
 * @param namespace with the limits that count
 * @param firstToken the first of the block
 * @param lastToken the last of it
 * @param unknownMillis for how long somebody may still hold what a store that forgot does not know of: 0 where the
 *     namespace is new, by some seconds at most, and was so to one start of the store only
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TokenBlock(StateNamespace namespace, long firstToken, long lastToken, long unknownMillis) {}
