package dev.fourfold.metadata.run;

import java.util.List;

/**
 * Everything that can be done with runs. Messages of problems are those of MLflow 3.17.2, as its clients show them. A
 * write that returned is seen by every later read; repeating a write leaves what one left (creating aside: every call
 * of {@link #create} makes a run).
 */
public interface RunOperations {

    /** Creates a run in an active experiment. */
    Run create(CreateRun request);

    /** Answers deleted runs too; {@code NotFound} where there is none. */
    Run get(String runId);

    /** The fixed parts of some runs, in the order of the ids, deleted ones too; {@code NotFound} for the first that is absent. */
    List<RunInfo> infos(List<String> runIds);

    /** The cheap form of {@link #get}: where the run belongs. */
    RunPlace place(String runId);

    /** One page; stable while runs are added. */
    RunPage search(RunQuery query);

    /** Changes status, end time or name of an active run, and answers what it is then. */
    RunInfo update(String runId, UpdateRun request);

    /** Marks the run as deleted; repeating does nothing. */
    void delete(String runId);

    /** Unmarks the run; repeating does nothing. */
    void restore(String runId);

    /**
     * Writes latest metric values, params, tags and the metrics of logged models of an active run in one transaction,
     * and answers where the run belongs, so that the caller can go on to the metric store. {@code InvalidArgument}
     * with MLflow's messages for a changed param, a key or value out of bounds, an unknown logged model, a run that is
     * not active.
     */
    RunPlace write(String runId, RunChanges changes);

    /** Removes one tag of an active run; {@code NotFound} where it is absent. */
    void deleteTag(String runId, String key);

    /** Adds datasets and logged models that an active run read; what is known of a use of one stays as it is. */
    void logInputs(String runId, RunInputs inputs);

    /** Adds logged models that an active run made; the step of one that is known stays as it is. */
    void logOutputs(String runId, List<ModelOutput> outputs);

    /**
     * Appends to the history of models in the tag {@code mlflow.log-model.history}, as clients before MLflow 3 want it;
     * an entry that is there already is not added again.
     *
     * @param entry a JSON object
     */
    void logModel(String runId, String entry);

    /** The datasets that runs of the experiments read, each once for each context; at most 1,000. */
    List<DatasetSummary> datasets(List<String> experimentIds);
}
