package dev.fourfold.metadata.work;

import org.jspecify.annotations.Nullable;

/**
 * Lists of work. Everything about them is in PostgreSQL, so nothing that was answered is forgotten. A list that nobody filled
 * is as good as an empty one.
 */
public interface WorkOperations {

    /**
     * Adds items; those that are there already, with the same value, stay as they are.
     *
     * @throws dev.fourfold.contract.ProblemException {@code AlreadyExists} where an id is there with another value;
     *     {@code Full}; {@code InvalidArgument}; then nothing was added
     */
    AddedWork add(String namespace, String list, NewWork work);

    /** Gives items that nobody holds to a worker, for a time and under a token greater than all before. */
    TakenWork take(String namespace, String list, TakeWork request);

    /** Prolongs the worker's time with items, never shortens it. */
    RenewedWork renew(String namespace, String list, RenewWork request);

    /**
     * Completes an item, also after the worker's time is over, unless it was given to another since; completing it again
     * under the same token changes nothing.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidState} where it is not held under that token any more;
     *     {@code NotFound}
     */
    WorkItem finish(String namespace, String list, FinishItem item);

    /** Lets others have an item that is held under the token; otherwise does nothing. */
    GivenBack giveBack(String namespace, String list, String id, long token);

    /** How many items are where. */
    WorkCounts counts(String namespace, String list);

    /** An item; {@code NotFound} where there is none. */
    WorkItem get(String namespace, String list, String id);

    /** One page of the lists of a namespace, in the order of names. */
    WorkListPage lists(String namespace, @Nullable String after, int limit);

    /**
     * Removes a list and its items; {@code InvalidState} while one is taken. No list is as good as one removed. A large one may
     * take several times: {@code Unavailable} until all is gone, and to everybody else the list is empty meanwhile.
     */
    void delete(String namespace, String list);
}
