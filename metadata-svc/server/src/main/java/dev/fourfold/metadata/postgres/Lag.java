package dev.fourfold.metadata.postgres;

import java.time.Duration;
import java.util.ArrayDeque;
import org.postgresql.replication.LogSequenceNumber;

/**
 * How far a replica is behind: the age of the oldest place in the primary's log that was seen and that it has not replayed.
 * One clock, ours, measures it. Not to be used by several threads.
 */
final class Lag {

    private static final int MOST_PLACES = 1000;

    private final ArrayDeque<Place> places = new ArrayDeque<>();

    /** @param seenNanos before the primary was asked */
    private record Place(LogPosition position, long seenNanos) {}

    /** Notes a place that the primary's log had reached. */
    void reached(LogPosition position, long seenNanos) {
        var last = places.peekLast();
        if (last != null && !last.position().mark().equals(position.mark())) {
            places.clear(); // Numbers of another history say nothing.
        } else if (last != null && last.position().number().compareTo(position.number()) >= 0) {
            return;
        }
        if (places.size() == MOST_PLACES) {
            thinOut();
        }
        places.add(new Place(position, seenNanos));
    }

    /** How far behind it is that has replayed this much. */
    Duration behind(LogSequenceNumber replayed, long nowNanos) {
        for (var first = places.peekFirst(); first != null; first = places.peekFirst()) {
            if (first.position().number().compareTo(replayed) > 0) {
                return Duration.ofNanos(nowNanos - first.seenNanos());
            }
            places.removeFirst();
        }
        return Duration.ZERO;
    }

    /** Without every second one, but with the oldest. */
    private void thinOut() {
        boolean keep = false;
        for (var rest = places.iterator(); rest.hasNext(); ) {
            rest.next();
            keep = !keep;
            if (!keep) {
                rest.remove();
            }
        }
    }
}
