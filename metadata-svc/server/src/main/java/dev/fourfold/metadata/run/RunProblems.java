package dev.fourfold.metadata.run;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.text.Python;
import java.util.List;

/** What can be wrong with a run, in MLflow's words. */
public final class RunProblems {

    private RunProblems() {}

    /** There is none of that id. */
    public static Problem notFound(String runId) {
        return new Problem.NotFound("Run with id=" + runId + " not found");
    }

    /** A deleted one cannot take this change. */
    public static Problem notActive(String runId) {
        return new Problem.InvalidArgument(
                "The run " + runId + " must be in the 'active' state. Current state is deleted.");
    }

    /** A metric names a logged model that does not exist. */
    public static Problem unknownModel(String modelId) {
        return new Problem.InvalidArgument("Logged model with ID '" + modelId + "' not found.");
    }

    /** Somebody else wrote what should be a history of models. */
    public static Problem damagedHistory(String runId) {
        return new Problem.InvalidArgument(
                "The tag " + UseStore.MODEL_HISTORY_TAG + " of run " + runId + " does not hold a JSON list.");
    }

    /** It has no such tag. */
    public static Problem noSuchTag(String runId, String key) {
        return new Problem.NotFound("No tag with name: " + key + " in run with id " + runId);
    }

    /** Params that have another value already; a call that logs a single param gets a sentence of its own. */
    public static Problem paramsChanged(String runId, List<ChangedParam> changed, boolean single) {
        if (single) {
            var param = changed.getFirst();
            return new Problem.InvalidArgument("Changing param values is not allowed. Param with key='" + param.key()
                    + "' was already logged with value='" + param.oldValue() + "' for run ID='" + runId
                    + "'. Attempted logging new value '" + param.newValue() + "'.");
        }
        var list = changed.stream().map(ChangedParam::literal).toList();
        return new Problem.InvalidArgument("Changing param values is not allowed. Params were already logged='["
                + String.join(", ", list) + "]' for run ID='" + runId + "'.");
    }

    /** A param that has another value already. */
    public record ChangedParam(String key, String oldValue, String newValue) {

        String literal() {
            return "{'key': " + Python.literal(key) + ", 'old_value': " + Python.literal(oldValue) + ", 'new_value': "
                    + Python.literal(newValue) + "}";
        }
    }
}
