package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * How much is acknowledged and not yet in the store.
 *
 * @param records requests that wait
 * @param bytes what they weigh
 * @param oldestMillis how long the oldest has waited
 * @param maxBytes at how many bytes the journal refuses more
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record JournalStatus(long records, long bytes, long oldestMillis, long maxBytes) {}
