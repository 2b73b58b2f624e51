package dev.fourfold.metadata.feature;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views and their rows. What is committed when a method returns is seen by every later call on any instance; times
 * are the store's own. Problems are those of {@link FeatureProblems}, and {@code Unavailable} where the store is away.
 */
public interface FeatureStore {

    /** How far ahead of the store's clock an event time may be. */
    Duration FARTHEST_AHEAD = Duration.ofHours(24);

    /** Makes a view or changes it; the same again changes nothing. */
    ViewState define(DefineView view, long maxRows, long maxBytes);

    /** A view by its name. */
    Optional<ViewState> find(String name);

    /** Views in the order of names. */
    List<ViewState> list(@Nullable String after, int limit);

    /** Removes a view; its rows are of no view from then on, and {@link #sweep} removes them. */
    boolean delete(String name);

    /**
     * Records rows, no entity twice, all or none.
     *
     * @param checkedBy the view by which they were checked
     * @param grace how long a row must have been expired to make room
     * @return empty where the view is not as it was then
     */
    Optional<PushOutcome> push(FeatureView checkedBy, List<CheckedRow> rows, Duration grace);

    /** Removes rows; answers how many there were, or empty without the view. */
    Optional<Integer> remove(RemoveRows rows);

    /** A view and rows of it. */
    Optional<FoundRows> read(ReadRows question);

    /** Removes a bounded number of expired rows, and of rows of deleted views; whether more are left perhaps. */
    boolean sweep(Duration grace);
}
