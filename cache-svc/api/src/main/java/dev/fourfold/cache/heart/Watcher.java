package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Who listens, at least every so often.
 *
 * @param name of this process alone
 * @param gapMillis a watcher that is not heard of for so long may have lost beats
 * @param turnMillis how often one of all watchers is to tell which hearts there are
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Watcher(String name, long gapMillis, long turnMillis) {}
