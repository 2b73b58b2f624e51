package dev.fourfold.gateway.mlflow.request;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;

/** MLflow's words for what is wrong with a request. */
public final class Refusals {

    private static final String SEE_DOCS = " See the API docs for more information about request parameters.";

    private Refusals() {}

    /** A required parameter is absent, null or empty. */
    public static ProblemException missing(String path) {
        return refusal("Missing value for required parameter '" + path + "'." + SEE_DOCS);
    }

    /** A parameter is of another type. */
    static ProblemException wrongType(String path, Message.Mistake mistake) {
        return refusal("Invalid value " + mistake.json() + " for parameter '" + path
                + "' supplied:  Hint: Value was of type '" + mistake.pythonType() + "'." + SEE_DOCS);
    }

    /** A number is over what the type check of MLflow allows, which it words as a wrong type. */
    public static ProblemException tooGreat(String path, long value) {
        return wrongType(path, new Message.Mistake(Long.toString(value), "int", ""));
    }

    /** The same of a number in a query, where every value is a text. */
    public static ProblemException tooGreatInQuery(String path, long value) {
        return wrongType(path, new Message.Mistake(PythonText.dumps(Long.toString(value)), "str", ""));
    }

    /** A parameter has a value that cannot be. */
    public static ProblemException invalid(String path, String text, String why) {
        return invalidDumped(path, PythonText.dumps(text), why);
    }

    /** A parameter has a number that cannot be. */
    public static ProblemException invalid(String path, long value, String why) {
        return invalidDumped(path, Long.toString(value), why);
    }

    /** A number, of items or by itself, is out of bounds that MLflow has words of its own for. */
    public static ProblemException outOfBounds(String sentence) {
        return refusal(sentence + SEE_DOCS);
    }

    /** In any other words. */
    public static ProblemException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }

    private static ProblemException invalidDumped(String path, String dumped, String why) {
        return refusal("Invalid value " + dumped + " for parameter '" + path + "' supplied"
                + (why.isEmpty() ? "." : ": " + why));
    }
}
