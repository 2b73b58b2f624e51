package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Asks for items.
 *
 * @param worker who asks
 * @param max how many at most
 * @param leaseMillis for how long they are the worker's alone
 * @param requestId where given, asking again with the same id answers what the worker still holds of the first answer
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TakeWork(
        String worker, int max, long leaseMillis, @Nullable String requestId) {}
