package dev.fourfold.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Hot answers, never older than an acknowledged write. An answer is kept under a key and depends on subjects (things
 * that writes change, such as {@code run:<id>} or {@code experiment:<id>}). A writer marks the subjects before it
 * commits and settles after; while a subject is marked, answers that depend on it are neither given nor filled, and
 * settling makes every answer and every miss token from before it worthless.
 *
 * <p>Nothing here is ever the only copy, and reading never fails: where Redis is away or slow (over 50 ms), a lookup is
 * a bypass and a fill does nothing.
 */
public interface AnswerOperations {

    /** What a lookup of many answers gives at most; of answers that are more, the later ones count as misses. */
    int MOST_BYTES_FOUND = 1 << 20;

    /** The start of the Redis server that is connected now. @throws dev.fourfold.contract.ProblemException without one */
    String incarnation();

    /** Looks an answer up. */
    Lookup lookup(CacheView view, String key);

    /**
     * Fills a miss, unless a subject was marked or settled since the token was given.
     *
     * @param subjects everything whose change makes this answer wrong
     * @param expiry how long the answer may be used at most, up to 10 minutes
     */
    void fill(CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry);

    /**
     * Looks many answers of a group up, at one moment and in one round trip. Such an answer depends on two subjects: the
     * group, and one that is called as its own key. As those are known beforehand, the first miss can be filled.
     *
     * <p>It gives {@value #MOST_BYTES_FOUND} bytes at most, so that Redis is not kept from anything else for long.
     *
     * @param keys up to 2,000
     */
    ManyLookup lookupAll(CacheView view, String group, List<String> keys);

    /**
     * Fills misses of {@link #lookupAll}, each unless its group or itself was marked or settled since the token was given.
     *
     * @param answers by their keys
     * @param expiry as of {@link #fill}
     */
    void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry);

    /**
     * Marks subjects as being changed. The mark ends with {@link #settle}, or by itself after {@code longest}, which is
     * longer than the change can take.
     *
     * @return a handle for {@link #settle}
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable}: not marked; the caller must switch the cache
     *     off before it acknowledges its write
     */
    String mark(CacheView view, Collection<String> subjects, Duration longest);

    /**
     * Ends a mark after the change was committed or given up; repeating does nothing.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable}: perhaps not settled; the caller must switch
     *     the cache off before it acknowledges its write
     */
    void settle(CacheView view, String mark, Collection<String> subjects);
}
