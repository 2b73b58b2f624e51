package dev.fourfold.metadata.registry;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import java.util.Locale;

/** What can be wrong in the model registry, in MLflow's words. */
public final class RegistryProblems {

    private RegistryProblems() {}

    /** There is no model of the name. */
    public static ProblemException modelNotFound(String name) {
        return new Problem.NotFound("Registered Model with name=" + name + " not found").toException();
    }

    /** The model has no such version, or there is no such model. */
    public static ProblemException versionNotFound(String name, Object version) {
        return new Problem.NotFound("Model Version (name=" + name + ", version=" + version + ") not found")
                .toException();
    }

    /** There is no logged model of the id, or it is deleted. */
    public static ProblemException loggedModelNotFound(String modelId) {
        return new Problem.NotFound("Logged model with ID '" + modelId + "' not found.").toException();
    }

    /** The name belongs to another model or prompt. */
    public static ProblemException nameTaken(String name, boolean byPrompt, boolean forPrompt) {
        var taken = byPrompt ? "Prompt" : "Registered Model";
        if (byPrompt == forPrompt) {
            return new Problem.AlreadyExists(taken + " (name=" + name + ") already exists.").toException();
        }
        var wanted = forPrompt ? "prompt" : "registered model";
        return new Problem.AlreadyExists("Tried to create a " + wanted + " with name " + Python.literal(name)
                        + ", but the name is already taken by a " + taken.toLowerCase(Locale.ROOT)
                        + ". MLflow does not allow creating a model and a prompt with the same name.")
                .toException();
    }

    /** The name that a model was to get belongs to another one. */
    public static ProblemException newNameTaken(String name) {
        return new Problem.AlreadyExists("Registered Model (name=" + name + ") already exists.").toException();
    }

    /** The model has no such alias; MLflow does not answer 404 here. */
    static ProblemException aliasNotFound(String alias) {
        return Texts.invalid("Registered model alias " + alias + " not found.");
    }

    /** The model has no version at all. */
    static ProblemException noLatestVersion(String name) {
        return new Problem.NotFound("Latest version not found for model " + name + ".").toException();
    }
}
