package dev.fourfold.metadata.search;

import java.util.List;

/**
 * Prompts among the models of the registry: a tag tells them apart, and a search hides them unless its filter asks for
 * them by that tag.
 */
final class Prompts {

    private static final String TAG = "mlflow.prompt.is_prompt";

    /** Whether a row of a table of tags makes its owner a prompt. */
    static final String IS_PROMPT = "t.key = '" + TAG + "' AND t.value = 'true'";

    private Prompts() {}

    /** Whether a model has a version that makes it a prompt: one with the tag hides all of its model, as in MLflow. */
    static String areVersionsOf(String modelPk) {
        return "EXISTS (SELECT 1 FROM model_versions o JOIN model_version_tags t ON t.version_pk = o.version_pk"
                + " WHERE o.registered_pk = " + modelPk + " AND " + IS_PROMPT + ")";
    }

    /** Whether the first clause on the tag asks for prompts. */
    static boolean areAskedFor(List<Clause> clauses) {
        for (var clause : clauses) {
            if (clause instanceof Clause.TagComparison(var key, var condition) && key.equals(TAG)) {
                return switch (condition) {
                    case TextCondition.Is(var value) -> value.equalsIgnoreCase("true");
                    case TextCondition.IsNot(var value) -> value.equalsIgnoreCase("false");
                    case TextCondition.Like _,
                            TextCondition.OneOf _,
                            TextCondition.NoneOf _,
                            TextCondition.Absent _,
                            TextCondition.Present _ -> false;
                };
            }
        }
        return false;
    }

    /** Whether a search that hides prompts leaves the clause out: models have no such tag, and are to be found. */
    static boolean isAbout(Clause clause) {
        return clause instanceof Clause.TagComparison(var key, var _) && key.equals(TAG);
    }
}
