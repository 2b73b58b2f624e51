package dev.fourfold.cache.heart;

import java.util.List;

/**
 * Hears the beats of runs, by the clock of Redis. What is here may be forgotten at any time; which hearts there are is
 * recorded elsewhere, with numbers that grow with each beginning. A heart is called silent only after nothing was heard of it for
 * the whole time that it may be silent, by one start of Redis, while all who listen were there. Problems are {@code
 * InvalidArgument}, {@code Full} where there are as many hearts as may be, and {@code LimitExceeded} and {@code Unavailable} for what
 * was not heard.
 */
public interface BeatOperations {

    /**
     * Records a beat. Where the heart is not known, was forgotten, has another time or was called silent, it must begin
     * anew first: that is how its run comes to know.
     */
    Beaten beat(String runId, Beat beat);

    /** Listens to a heart that began, and counts a beat of it, unless that began too long ago. */
    StartedHeart start(String runId, StartHeart heart);

    /** Listens to those of the hearts that are not known, from now on. */
    void adopt(List<RecordedHeart> hearts);

    /** The hearts that are silent for too long; the watcher is noted. */
    Overdue overdue(Watcher watcher);

    /** What is heard of a heart. */
    HeardHeart read(String runId);

    /** Listens no more to hearts of these numbers, or smaller ones. */
    void forget(List<HeartNumber> hearts);
}
