package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.mlflow.request.Refusals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MLflow's bounds on pages, and the names of its choices. */
final class Limits {

    static final List<String> VIEW_TYPES = List.of("ACTIVE_ONLY", "DELETED_ONLY", "ALL");
    static final List<String> RUN_STATUSES = List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");

    static final List<String> MODEL_STATUSES =
            List.of("LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED");

    private static final int MOST_A_PAGE = 50_000;
    private static final int RUNS_A_PAGE_UNLESS_SAID = 1000;
    private static final int LOGGED_MODELS_A_PAGE_UNLESS_SAID = 50;
    private static final int LOGGED_MODELS_A_PAGE_AT_ZERO = 100;
    private static final int MODELS_A_PAGE_UNLESS_SAID = 100;
    private static final int MOST_MODELS_A_PAGE = 1000;
    private static final int MOST_VERSIONS_A_PAGE = 200_000;

    private Limits() {}

    /** How many experiments a page has: it must be said. */
    static int experimentsAPage(@Nullable Integer maxResults) {
        int most = positive(maxResults == null ? 0 : maxResults);
        if (most > MOST_A_PAGE) {
            throw Refusals.refusal(
                    "Invalid value " + most + " for parameter 'max_results' supplied. It must be at most 50000");
        }
        return most;
    }

    /** How many runs a page has. */
    static int runsAPage(@Nullable Integer maxResults) {
        int most = maxResults == null ? RUNS_A_PAGE_UNLESS_SAID : maxResults;
        if (most > MOST_A_PAGE) {
            throw Refusals.tooGreat("max_results", most);
        }
        return positive(most);
    }

    /** How many registered models a page has; none at all is allowed. */
    static int registeredModelsAPage(@Nullable Integer maxResults) {
        return inQuery(maxResults == null ? MODELS_A_PAGE_UNLESS_SAID : maxResults, MOST_MODELS_A_PAGE);
    }

    /** How many model versions a page has; fewer than 1 are refused by the registry, in words of its own. */
    static int modelVersionsAPage(@Nullable Integer maxResults) {
        return inQuery(maxResults == null ? MOST_VERSIONS_A_PAGE : maxResults, MOST_VERSIONS_A_PAGE);
    }

    private static int inQuery(int most, int limit) {
        if (most > limit) {
            throw Refusals.tooGreatInQuery("max_results", most);
        }
        return most;
    }

    /** How many logged models a page has: 0 is MLflow's other default, and as there is no most, it is ours. */
    static int loggedModelsAPage(@Nullable Integer maxResults) {
        if (maxResults == null) {
            return LOGGED_MODELS_A_PAGE_UNLESS_SAID;
        }
        return maxResults == 0 ? LOGGED_MODELS_A_PAGE_AT_ZERO : Math.min(MOST_A_PAGE, positive(maxResults));
    }

    static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    private static int positive(int most) {
        if (most < 1) {
            throw Refusals.refusal(
                    "Invalid value " + most + " for parameter 'max_results' supplied. It must be a positive integer");
        }
        return most;
    }
}
