package dev.fourfold.metadata.feature;

import org.jspecify.annotations.Nullable;

/**
 * The record of features. A view has one row for each entity: the one with the latest event time. Expired rows are
 * swept here sooner or later; whether one counts is said by {@link FeatureView#expired} alone.
 */
public interface FeatureOperations {

    /**
     * Makes a view, or changes the one of that name to what is given; repeating changes nothing. Fields that are new are
     * null in rows from before; the values of fields that are not named any more are lost, also where one of that name
     * comes back.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument}; {@code InvalidState} for another entity key
     *     or another type of a field
     */
    ViewState define(DefineView view);

    /** A view as it is now, or {@code NotFound}. */
    ViewState get(String name);

    /** One page of views, in the order of names. */
    ViewPage list(@Nullable String after, int limit);

    /** Removes a view with its rows, or {@code NotFound}. */
    void delete(String name);

    /**
     * Records rows, all or none. A row whose event time is before the recorded one's is left out; of equal times the
     * later push counts. A row without event time is of now, or of the recorded row's time where that is later.
     *
     * @throws dev.fourfold.contract.ProblemException {@code NotFound} without the view; {@code InvalidArgument} for a
     *     value that does not fit; {@code LimitExceeded} where the view is full and refuses
     */
    PushOutcome push(PushRows push);

    /** Removes rows; those that are not there, or not as they are marked, are left out. */
    Removed remove(RemoveRows rows);

    /** Reads a view and rows of it, or {@code NotFound} without the view. */
    FoundRows read(ReadRows question);
}
