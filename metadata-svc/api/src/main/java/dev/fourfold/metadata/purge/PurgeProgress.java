package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What was removed; null leaves what was noted before.
 *
 * @param points points of metrics, in the store of metrics
 * @param lines log lines
 * @param files artifacts, and their bytes
 * @param artifactsLeft the run's artifact address, where its artifacts are not in a store of ours
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PurgeProgress(
        @Nullable Long points,
        @Nullable Long lines,
        @Nullable Long files,
        @Nullable Long fileBytes,
        @Nullable String artifactsLeft) {

    /** The store of metrics is done. */
    public static PurgeProgress ofPoints(long points) {
        return new PurgeProgress(points, null, null, null, null);
    }

    /** The store of lines is done. */
    public static PurgeProgress ofLines(long lines) {
        return new PurgeProgress(null, lines, null, null, null);
    }

    /** The artifact store is done. */
    public static PurgeProgress ofFiles(long files, long bytes) {
        return new PurgeProgress(null, null, files, bytes, null);
    }

    /** Nothing can be done for artifacts that lie at this address. */
    public static PurgeProgress ofFilesElsewhere(String artifactUri) {
        return new PurgeProgress(null, null, 0L, 0L, artifactUri);
    }
}
