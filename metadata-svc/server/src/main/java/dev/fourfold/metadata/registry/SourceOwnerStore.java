package dev.fourfold.metadata.registry;

import java.util.Optional;

/** Knows the runs and logged models that a version's source may belong to. */
public interface SourceOwnerStore {

    /** Where the run's artifacts are; of deleted runs too. */
    Optional<String> artifactUriOfRun(String runId);

    /** What a version takes from the logged model; deleted ones count as absent. */
    Optional<LoggedModelOrigin> loggedModel(String modelId);

    /**
     * What a version takes from a logged model.
     *
     * @param sourceRunId the run that made it; empty where there is none
     */
    record LoggedModelOrigin(String artifactUri, String sourceRunId) {}
}
