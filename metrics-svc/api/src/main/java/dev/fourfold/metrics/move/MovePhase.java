package dev.fourfold.metrics.move;

/** How far a move is. Both stores run and get every new point from {@link #COPYING} to {@link #WATCHING}. */
public enum MovePhase {
    /** What the old store has is copied to the new one, run after run. Reads ask the old one. */
    COPYING(3),
    /** Both stores are compared, run after run, point after point. Reads ask the old one. */
    COMPARING(4),
    /** The comparison found runs that differ; nothing goes on until they are mended or the move is aborted. */
    DIFFERENT(4),
    /** All is equal; reads ask the new store. Still to be undone at once and without loss. */
    WATCHING(5),
    /** New points go to the new store alone; the old one is as it was then. */
    SETTLED(6),
    /** The old store's points are deleted. */
    RETIRING(7),
    /** The move is over and the old store is no longer used. */
    RETIRED(7),
    /** The move was given up: points are where they were before. */
    ABORTED(0);

    private final int step;

    MovePhase(int step) {
        this.step = step;
    }

    /** Which of the seven steps this is; 0 for a move that was given up. */
    public int step() {
        return step;
    }

    /** Whether nothing of the move is left to do or to decide. */
    public boolean over() {
        return this == RETIRED || this == ABORTED;
    }
}
