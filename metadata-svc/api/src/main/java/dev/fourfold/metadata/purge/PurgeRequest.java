package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to purge.
 *
 * @param runIds 1 to {@link #MOST_RUNS}
 * @param leastAgeMillis how long a run must have been deleted, or null for the grace period
 * @param overrule whether that may be shorter than the grace period
 * @param leaveOthers leaves out runs that may not be purged, rather than refusing the whole
 * @param requestedBy who asked, or null where nobody signs in
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PurgeRequest(
        List<String> runIds,
        @Nullable Long leastAgeMillis,
        boolean overrule,
        boolean leaveOthers,
        @Nullable String requestedBy) {

    /** The most runs of one request. */
    public static final int MOST_RUNS = 100;

    /** Copies the list. */
    public PurgeRequest {
        runIds = List.copyOf(runIds);
    }
}
