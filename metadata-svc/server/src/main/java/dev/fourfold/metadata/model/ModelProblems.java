package dev.fourfold.metadata.model;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import java.util.List;

/** What can be wrong with a logged model, in MLflow's words. */
public final class ModelProblems {

    private ModelProblems() {}

    /** There is none of that id. */
    public static ProblemException notFound(String modelId) {
        return new Problem.NotFound("Logged model with ID '" + modelId + "' not found.").toException();
    }

    /** It has no such tag. */
    public static ProblemException noSuchTag(String modelId, String key) {
        return new Problem.NotFound("No tag with key " + Python.literal(key) + " found for model with ID "
                        + Python.literal(modelId) + ".")
                .toException();
    }

    /** A param that has another value already. */
    public static ProblemException paramChanged(String modelId, String key, String oldValue, String newValue) {
        return Texts.invalid("Changing param values is not allowed. Param with key='" + key
                + "' was already logged with value='" + oldValue + "' for model ID='" + modelId
                + "'. Attempted logging new value '" + newValue + "'.");
    }

    static ProblemException invalidName(String name) {
        return Texts.invalid(
                "Invalid model name (" + Python.literal(name) + ") provided. Model name must be a non-empty"
                        + " string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
    }

    static ProblemException repeatedKeys(String what, List<String> keys) {
        return Texts.invalid("Duplicate " + what + " keys have been submitted: " + Python.literal(keys)
                + ". Please ensure the request contains only one " + what + " value per " + what + " key.");
    }
}
