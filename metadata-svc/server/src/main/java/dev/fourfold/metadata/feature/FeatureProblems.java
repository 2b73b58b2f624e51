package dev.fourfold.metadata.feature;

import dev.fourfold.contract.Problem;
import java.time.Duration;

/** What can be wrong with features. */
public final class FeatureProblems {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER_BUSY = Duration.ofSeconds(1);

    private FeatureProblems() {}

    /** No view of that name. */
    public static Problem notFound(String view) {
        return new Problem.NotFound("There is no feature view with name=" + view);
    }

    /** A change that rows of before could not be read by. */
    public static Problem notChangeable(String view, String what) {
        return new Problem.InvalidState(
                "The feature view '" + view + "' keeps " + what + ": make another view for it.");
    }

    /** No room for a push. */
    public static Problem full(FeatureView view, long rows, long bytes) {
        return new Problem.LimitExceeded(
                "The feature view '" + view.name() + "' is full: with this push it would have " + rows + " rows of "
                        + view.maxRows() + " and " + bytes + " bytes of " + view.maxBytes() + ".",
                RETRY_AFTER);
    }

    /** A row that nobody could know of yet, and that would stand in the way of all that come until then. */
    public static Problem tooFarAhead(String entity, Duration most) {
        return new Problem.InvalidArgument("The event time of entity '" + entity + "' is more than " + most.toHours()
                + " hours ahead of the server's clock.");
    }

    /** More programs change rows of the view than it has turns for. */
    public static Problem busy(String view) {
        return new Problem.LimitExceeded(
                "More is pushed to the feature view '" + view + "' than it takes: push more rows at once, less often.",
                RETRY_AFTER_BUSY);
    }

    /** The view changed again and again while rows were checked. */
    public static Problem changing(String view) {
        return new Problem.Conflict("The feature view '" + view + "' is being changed.");
    }
}
