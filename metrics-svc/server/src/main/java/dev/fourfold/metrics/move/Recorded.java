package dev.fourfold.metrics.move;

import dev.fourfold.journal.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * What the record says.
 *
 * @param placement where points are: as the move that is under way says, or else in one store
 * @param last the last move
 */
record Recorded(Placement placement, @Nullable Move last) {

    /** @param configured the store that points are in where nothing is recorded yet */
    static Recorded read(MoveRecord record, Engine configured) throws StoreUnavailableException {
        Move last = record.last().orElse(null);
        Engine engine = record.placement(configured);
        return new Recorded(last == null || last.phase().over() ? Placement.only(engine) : Placement.of(last), last);
    }
}
