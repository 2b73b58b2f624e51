package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that runs of an experiment read, in one context.
 *
 * @param context null where a run gave none
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetSummary(
        String experimentId,
        String name,
        String digest,
        @Nullable String context) {}
