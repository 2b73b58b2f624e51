package dev.fourfold.gateway.answers;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Rendered answers that may be kept hot, never older than an acknowledged write. Every cached read and every write that
 * could make one stale goes through here; {@link Subjects} says which subjects those are.
 */
public interface HotAnswers {

    /**
     * The answer kept under the key, or a fresh one. What the loading throws is thrown on, and nothing is kept then.
     * Readers of the same key at the same time share a load, where it began after they all had asked.
     *
     * @param key up to 1,000 characters; answers under longer keys are never kept
     * @param load renders the answer, and names everything whose change makes it wrong
     */
    HotAnswer read(String key, Supplier<LoadedAnswer> load);

    /**
     * Many answers of a group, in one round trip where all are kept. Each depends on the group and on itself: its key and
     * the group's name are the subjects to {@link #write} with.
     *
     * @param keys at least one
     * @param load renders those that are not kept, absent things too
     */
    ManyAnswers readAll(String group, List<String> keys, ManyLoader load);

    /**
     * Runs a change so that no answer which depends on the subjects outlives it: whatever the change does, thrown
     * problems included, a later {@link #read} by anybody sees its outcome.
     */
    <T> T write(Collection<String> subjects, Supplier<T> change);

    /** How well that goes, in this gateway. */
    CacheCounts counts();
}
