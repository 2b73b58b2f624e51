package dev.fourfold.cache.heart;

import java.util.List;

/** Hears beats, as {@link BeatOperations} say; each call is atomic, and about the start of the store that is connected. */
public interface BeatStore {

    /** Records a beat of a heart that is known. */
    Beaten beat(String runId, Beat beat);

    /** Listens to a heart. */
    StartedHeart start(String runId, StartHeart heart);

    /** Listens to those that are not known. */
    void adopt(List<RecordedHeart> hearts);

    /** At most so many hearts that are silent. */
    Overdue overdue(Watcher watcher, int limit);

    /** What is heard of a heart. */
    HeardHeart read(String runId);

    /** Forgets hearts. */
    void forget(List<HeartNumber> hearts);
}
