package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What an instance of logs-svc removed of lines that were past their retention, since it was started.
 *
 * @param instance which of how many: {@code 1/1}
 * @param storeExpires whether the store removes lines by itself, too, where nobody sweeps
 * @param runs how many times a run was swept
 * @param buckets the store's documents that were removed
 * @param lines what was in them
 * @param lastMillis when the last round ended, with or without anything to remove; null before the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SweptLines(
        String instance,
        boolean storeExpires,
        long runs,
        long buckets,
        long lines,
        @Nullable Long lastMillis) {}
