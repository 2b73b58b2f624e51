package dev.fourfold.metadata.experiment;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.text.Texts;

/** What can be wrong with an experiment, in MLflow's words. */
public final class ExperimentProblems {

    private ExperimentProblems() {}

    /** There is none of that id, or none in the stage that the caller wants to change. */
    public static ProblemException notFound(String experimentId) {
        return new Problem.NotFound("No Experiment with id=" + experimentId + " exists").toException();
    }

    static ProblemException nameNotFound(String name) {
        return new Problem.NotFound("Could not find experiment with name '" + name + "'").toException();
    }

    /** The name belongs to another one, which may be deleted. */
    public static ProblemException nameTaken(String name) {
        return new Problem.AlreadyExists("Experiment(name=" + name + ") already exists.").toException();
    }

    /** A deleted one cannot take this change. */
    public static ProblemException notActive(long experimentId) {
        return Texts.invalid(
                "The experiment " + experimentId + " must be in the 'active' state. Current state is deleted.");
    }

    /** A deleted one cannot be renamed. */
    public static ProblemException notRenamable() {
        return new Problem.InvalidState("Cannot rename a non-active experiment.").toException();
    }

    /** It has no such tag. */
    public static ProblemException noSuchTag(long experimentId, String key) {
        return new Problem.NotFound("No tag with name: " + key + " in experiment with id " + experimentId)
                .toException();
    }
}
