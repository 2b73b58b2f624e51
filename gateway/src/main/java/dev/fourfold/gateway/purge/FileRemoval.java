package dev.fourfold.gateway.purge;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.files.FileChanges;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.RunPurge;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Optional;

/** Removes the artifacts of a run where they are in our store, and says so where they are not. */
@Singleton
final class FileRemoval {

    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;
    private final FileChanges changes;

    FileRemoval(ArtifactOperations artifacts, ArtifactRoots roots, FileChanges changes) {
        this.artifacts = artifacts;
        this.roots = roots;
        this.changes = changes;
    }

    PurgeProgress remove(RunPurge purge) {
        ArtifactPath root;
        try {
            root = roots.locate(purge.artifactUri());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unsupported || e.problem() instanceof Problem.InvalidArgument) {
                return PurgeProgress.ofFilesElsewhere(purge.artifactUri());
            }
            throw e;
        }
        if (!root.segments().contains(purge.runId())) {
            return PurgeProgress.ofFilesElsewhere(purge.artifactUri()); // Not this run's alone.
        }
        PurgeProgress counted = count(root);
        try {
            changes.remove(root, () -> artifacts.delete(root));
        } catch (ProblemException e) {
            if (!(e.problem() instanceof Problem.NotFound)) {
                throw e;
            } // Most runs have no files, and a repeat finds none either.
        }
        return counted;
    }

    /** Another program may have put a name into our bucket that we do not take: it is removed and not counted. */
    private static Optional<ArtifactPath> below(ArtifactPath directory, ArtifactEntry entry) {
        try {
            return Optional.of(directory.resolve(entry.name()));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    private PurgeProgress count(ArtifactPath root) {
        long files = 0;
        long bytes = 0;
        var directories = new ArrayDeque<ArtifactPath>();
        directories.push(root);
        while (!directories.isEmpty()) {
            ArtifactPath directory = directories.pop();
            for (ArtifactEntry entry : artifacts.list(directory)) {
                if (entry.directory()) {
                    below(directory, entry).ifPresent(directories::push);
                } else {
                    files++;
                    bytes += entry.size();
                }
            }
        }
        return PurgeProgress.ofFiles(files, bytes);
    }
}
