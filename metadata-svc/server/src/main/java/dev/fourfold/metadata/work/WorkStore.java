package dev.fourfold.metadata.work;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps lists of work, by the store's own clock; every method is atomic, and what it committed is seen by every later call on
 * any instance. Else as {@link WorkOperations}.
 */
public interface WorkStore {

    /** Adds items whose ids differ; all or, with a problem, none. */
    AddedWork add(String namespace, String list, List<NewItem> items);

    /** Gives out what is free: what waits in the order of adding, then what was held longest ago. */
    TakenWork take(String namespace, String list, TakeWork request);

    /** Prolongs what is held under the token. */
    RenewedWork renew(String namespace, String list, RenewWork request);

    /** Completes what is held, or was completed, under the token. */
    WorkItem finish(String namespace, String list, FinishItem item);

    /** Frees what is held under the token, which is of no use afterwards. */
    GivenBack giveBack(String namespace, String list, String id, long token);

    /** Counts at one moment. */
    WorkCounts counts(String namespace, String list);

    /** One item. */
    WorkItem get(String namespace, String list, String id);

    /** Names of lists in their order. */
    List<String> lists(String namespace, @Nullable String after, int limit);

    /**
     * Removes a list unless an item of it is held: a bounded number of its items at once, and answers whether that was all.
     * From the first time on the list is empty to all but {@link #add}, which it refuses until it is gone.
     */
    boolean delete(String namespace, String list);
}
