package dev.fourfold.metadata.run;

import dev.fourfold.metadata.LifecycleStage;
import java.util.List;
import java.util.Optional;

/**
 * Keeps runs with their latest metric values, params and tags. What is committed when a method returns is seen by every
 * later call on any instance. Problems are those of {@link RunProblems}, and {@code Unavailable} where the store is
 * away.
 */
public interface RunStore {

    /** The tag that mirrors a run's name. */
    String RUN_NAME_TAG = "mlflow.runName";

    /** Adds a run to an active experiment, and answers it as stored. */
    Run create(NewRun run);

    /** Deleted ones too. */
    Optional<Run> find(String runId);

    /** Those of the runs that exist, deleted ones too, in any order and each once. */
    List<RunInfo> infos(List<String> runIds);

    /** Deleted ones too. */
    Optional<RunPlace> place(String runId);

    /** One page in the query's order. */
    RunPage search(RunQuery query);

    /** Changes the parts of an active run that are not null; a name also sets the tag {@code mlflow.runName}. */
    RunInfo update(String runId, UpdateRun changes);

    /** Moves a run to the stage; does nothing where it is there already. */
    void mark(String runId, LifecycleStage stage);

    /**
     * Applies the writes in their order and in one transaction, and answers an outcome for each, in the same order. A
     * write that is refused leaves nothing and does not touch the others. The calls of different threads may hold the
     * same run.
     */
    List<WriteOutcome> write(List<RunWrite> writes);

    /** Removes a tag of an active run; {@code NotFound} where it has none of that key. */
    void deleteTag(String runId, String key);
}
