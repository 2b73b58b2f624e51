package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for deleted runs of experiments.
 *
 * @param leastAgeMillis how long a run must have been deleted, or null for the grace period
 * @param overrule whether that may be shorter than the grace period
 * @param limit the most runs to answer
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PurgeCandidates(
        List<String> experimentIds, @Nullable Long leastAgeMillis, boolean overrule, int limit) {

    /** Copies the list. */
    public PurgeCandidates {
        experimentIds = List.copyOf(experimentIds);
    }
}
