package dev.fourfold.metadata.run;

import java.util.List;

/**
 * Keeps what runs read and made: datasets and logged models. What is committed when a method returns is seen by every
 * later call on any instance; the runs show it. Problems are those of {@link RunProblems}, and {@code Unavailable} where
 * the store is away.
 */
public interface UseStore {

    /** The tag in which clients before MLflow 3 look for the models of a run: a JSON list. */
    String MODEL_HISTORY_TAG = "mlflow.log-model.history";

    /** Adds what an active run read; a use of a dataset or of a model that is known stays as it is, tags and all. */
    void addInputs(String runId, RunInputs inputs);

    /** Adds what an active run made; what is known stays as it is. */
    void addOutputs(String runId, List<ModelOutput> outputs);

    /** Appends to the list in the tag {@link #MODEL_HISTORY_TAG} of an active run, unless it is there already. */
    void appendModel(String runId, String entry);

    /** The datasets that runs of the experiments read, each once for each context, in their order; up to the limit. */
    List<DatasetSummary> datasets(List<Long> experimentIds, int limit);
}
