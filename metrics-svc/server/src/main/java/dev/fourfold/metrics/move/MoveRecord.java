package dev.fourfold.metrics.move;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.RunRef;
import java.util.List;
import java.util.Optional;

/**
 * What is recorded of where points are and of moves: durable, and in one place for everybody. After a
 * {@link StoreUnavailableException} a change may have happened or not.
 */
public interface MoveRecord {

    /** The store that points are in while no move is under way; the first time, the one given becomes it. */
    Engine placement(Engine configured) throws StoreUnavailableException;

    /** The last move. */
    Optional<Move> last() throws StoreUnavailableException;

    /** Records a new move; empty where another one is under way. Runs of earlier moves are forgotten. */
    Optional<Move> begin(Engine from, Engine to) throws StoreUnavailableException;

    /**
     * Replaces a move, and with it, where it is over or its writes are switched, where points are.
     *
     * @return false where the move is not as it was before: nothing is changed
     */
    boolean change(Move before, Move after) throws StoreUnavailableException;

    /** Adds runs in a state; runs that are there stay as they are, unless {@code again}. */
    void add(long moveId, List<RunRef> runs, RunState state, boolean again) throws StoreUnavailableException;

    /** A run in one of these states, null where there is none. */
    Optional<RunWork> next(long moveId, List<RunState> states) throws StoreUnavailableException;

    /** Records how far a run is copied, and that so many points more are. */
    void copied(long moveId, RunWork work, long points) throws StoreUnavailableException;

    /** Records what was found of a run; equal where there is no difference. */
    void compared(long moveId, RunRef run, Compared found) throws StoreUnavailableException;

    /** The runs that differ are to be mended. */
    void mend(long moveId) throws StoreUnavailableException;

    /** Sums over the runs of a move. */
    Totals totals(long moveId) throws StoreUnavailableException;

    /** The first runs that differ. */
    List<RunDifference> differences(long moveId, int limit) throws StoreUnavailableException;

    /** Some runs whose experiment the store of points in PostgreSQL does not know. */
    List<String> runsWithoutExperiment(int limit) throws StoreUnavailableException;

    /** Says which experiments runs belong to; known ones stay. */
    void tellExperiments(List<RunRef> runs) throws StoreUnavailableException;
}
