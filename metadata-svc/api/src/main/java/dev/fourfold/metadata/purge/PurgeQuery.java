package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Asks for purges.
 *
 * @param experimentId those of runs of this experiment, or null for all
 * @param done those that are done, or not, or null for both
 * @param after the run id that the page before ended with, or null
 * @param limit 1 to 1,000
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PurgeQuery(
        @Nullable String experimentId,
        @Nullable Boolean done,
        @Nullable String after,
        int limit) {}
