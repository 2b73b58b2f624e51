package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The purge of a run: how far it is, and once it is done the receipt. A count is what a store had when it was asked with
 * success, so it is lower where an earlier attempt was cut off; null where that is still to be done.
 *
 * @param requestedBy who asked, or null where nobody signs in
 * @param deletedTimeMillis when the run was marked as deleted
 * @param purgedTimeMillis when the run was gone for its users
 * @param rows rows of PostgreSQL
 * @param points points of metrics
 * @param lines log lines
 * @param files artifacts
 * @param artifactsLeft the address of artifacts that are not in a store of ours, and were left
 * @param modelsLeft logged models that name the run as their source: they stay
 * @param doneTimeMillis when the last of it was removed, or null
 * @param attempts how often it could not go on
 * @param problem what it waits for, or null
 * @param dueTimeMillis when somebody goes on with it at the latest, or null where it is done
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunPurge(
        String runId,
        String experimentId,
        @Nullable String retentionClass,
        String artifactUri,
        @Nullable String requestedBy,
        long deletedTimeMillis,
        long purgedTimeMillis,
        long rows,
        @Nullable Long points,
        @Nullable Long lines,
        @Nullable Long files,
        @Nullable Long fileBytes,
        @Nullable String artifactsLeft,
        long modelsLeft,
        @Nullable Long doneTimeMillis,
        int attempts,
        @Nullable String problem,
        @Nullable Long dueTimeMillis) {

    /** Whether nothing is left to do. */
    public boolean done() {
        return doneTimeMillis != null;
    }
}
