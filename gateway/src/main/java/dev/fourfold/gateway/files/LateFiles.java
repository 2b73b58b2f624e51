package dev.fourfold.gateway.files;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.purge.PurgeOperations;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Files that come for a run that was purged. Clients write them to a path, which names the run where the run is ours;
 * who asks before and after such a write leaves nothing behind, however long the write takes.
 */
@Singleton
public final class LateFiles {

    private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{32}");

    private final PurgeOperations purges;
    private final ArtifactOperations artifacts;

    LateFiles(PurgeOperations purges, ArtifactOperations artifacts) {
        this.purges = purges;
        this.artifacts = artifacts;
    }

    /** The runs whose file this may be: the directories of the path that are named as runs are. */
    public static List<String> runsOf(ArtifactPath file) {
        List<String> segments = file.segments();
        return segments.stream()
                .limit(Math.max(0, segments.size() - 1))
                .filter(segment -> RUN_ID.matcher(segment).matches())
                .distinct()
                .toList();
    }

    /** {@code NotFound} where a directory of the path is a run that was purged. */
    public void refuse(ArtifactPath file) {
        List<String> runs = runsOf(file);
        if (runs.isEmpty()) {
            return;
        }
        purges.purged(runs).stream().findFirst().ifPresent(runId -> {
            throw new Problem.NotFound("Run with id=" + runId + " not found").toException();
        });
    }

    /** The same after a file was written: it is removed again where its run was purged meanwhile. */
    public void removeIfLate(ArtifactPath file) {
        try {
            refuse(file);
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound) {
                artifacts.delete(file);
            }
            throw e;
        }
    }
}
