package dev.fourfold.metrics.move;

/**
 * A move as it is recorded.
 *
 * @param listed whether the runs of this phase are in the record
 * @param startedMillis when it was started
 * @param changedMillis when its phase last changed
 */
public record Move(
        long id,
        Engine from,
        Engine to,
        MovePhase phase,
        boolean paused,
        boolean listed,
        long startedMillis,
        long changedMillis) {

    /** The same move in another phase, of which nothing is done yet. */
    Move in(MovePhase next) {
        return new Move(id, from, to, next, paused, false, startedMillis, System.currentTimeMillis());
    }

    Move paused(boolean pause) {
        return new Move(id, from, to, phase, pause, listed, startedMillis, changedMillis);
    }

    Move withListed() {
        return new Move(id, from, to, phase, paused, true, startedMillis, changedMillis);
    }
}
