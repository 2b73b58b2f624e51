package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * An item as it is.
 *
 * @param times how often it was given out
 * @param token under which it was given out or completed last; null before, and where it was given back
 * @param worker to whom
 * @param remainingMillis for how long still; null unless it is taken
 * @param result what completed it; null where nothing was said, or it is not done
 * @param doneMillis when it was completed, or null
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record WorkItem(
        String id,
        String value,
        ItemState state,
        long times,
        @Nullable Long token,
        @Nullable String worker,
        @Nullable Long remainingMillis,
        @Nullable String result,
        @Nullable Long doneMillis) {}
