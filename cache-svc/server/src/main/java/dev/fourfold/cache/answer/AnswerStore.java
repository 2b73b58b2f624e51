package dev.fourfold.cache.answer;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where hot answers are kept. Every call is atomic in the store and ends within the store's own time budget; each is
 * about one generation on one start of the server, and refuses any other ({@link CacheAwayException}).
 */
public interface AnswerStore {

    /** The start of the server that is connected now. */
    String incarnation() throws CacheAwayException;

    /** A hit, a miss with a fresh token, or a bypass while a subject of the answer is marked. */
    Lookup lookup(CacheView view, String key) throws CacheAwayException;

    /**
     * Keeps the answer unless a subject was marked or settled after the token, or is not known (then it becomes known,
     * so that the next miss can be filled).
     */
    void fill(CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry)
            throws CacheAwayException;

    /** Looks many up at one moment, and makes the subjects of misses known; a bypass while the group is marked. */
    ManyLookup lookupAll(CacheView view, String group, List<String> keys) throws CacheAwayException;

    /** Keeps each answer unless the group or itself was marked or settled after the token, or is not known. */
    void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry)
            throws CacheAwayException;

    /** Marks subjects and makes every answer and token from before worthless. */
    void mark(CacheView view, String mark, Collection<String> subjects, Duration longest) throws CacheAwayException;

    /** Removes the mark and makes every answer and token from before worthless; repeating is harmless. */
    void settle(CacheView view, String mark, Collection<String> subjects) throws CacheAwayException;
}
