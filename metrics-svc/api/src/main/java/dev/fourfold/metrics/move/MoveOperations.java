package dev.fourfold.metrics.move;

import dev.fourfold.metrics.RunRef;
import java.util.List;

/**
 * Moves all points from one store to the other while everything goes on. Metrics-svc does the work in the background; what
 * was reached is recorded in PostgreSQL and is gone on with after a restart. All of this may be repeated.
 */
public interface MoveOperations {

    /** Where points are, and how far the last move is. */
    MoveStatus status();

    /**
     * Starts a move; one that is under way between the same stores is left as it is.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} where points are not in the store to move
     *     from; {@code InvalidState} where another move is under way, the service knows only one store, or there are runs
     *     whose experiment is not known; {@code Unavailable} where a store is away
     */
    MoveStatus start(MoveRequest request);

    /**
     * Does something with the move that was started last.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidState} where its phase does not allow that
     */
    MoveStatus act(MoveAction action);

    /** Some runs with points whose experiment metrics-svc does not know; such points were written by older versions. */
    List<String> runsWithoutExperiment();

    /** Says which experiments runs belong to; known ones stay. */
    void tellExperiments(List<RunRef> runs);
}
