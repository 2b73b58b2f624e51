package dev.fourfold.metrics.move;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.RunRef;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies runs from one store to the other, page by page; after each page it is recorded how far it is. New points of the
 * run go to both stores meanwhile, and writing a point twice changes nothing, so the order of things does not matter.
 */
final class RunCopy {

    private static final int PAGE_POINTS = 5_000;

    private final PlacedPointStore stores;
    private final MoveRecord record;
    private final Move move;
    private final Pace pace;

    RunCopy(PlacedPointStore stores, MoveRecord record, Move move, Pace pace) {
        this.stores = stores;
        this.record = record;
        this.move = move;
        this.pace = pace;
    }

    /** Copies a run from where it is; given up after a page where {@code stop} says so. */
    void copy(RunWork work, BooleanSupplier stop) throws StoreUnavailableException {
        RunRef run = work.run();
        String begun = work.key();
        var keys = stores.store(move.from()).keys(run);
        for (String key : begun == null ? keys : keys.tailSet(begun)) {
            if (!copy(run, key, key.equals(begun) ? work.cursor() : null, stop)) {
                return;
            }
        }
        record.copied(move.id(), new RunWork(run, RunState.COPIED, null, null), 0);
    }

    /** Returns false where it was told to stop. */
    private boolean copy(RunRef run, String key, @Nullable String from, BooleanSupplier stop)
            throws StoreUnavailableException {
        String cursor = from;
        while (!stop.getAsBoolean()) {
            long purges = stores.purges();
            HistoryPage page = stores.store(move.from())
                    .read(new HistoryQuery(run.experimentId(), run.runId(), key, cursor, PAGE_POINTS));
            int points = page.points().points().size();
            pace.spend(points);
            if (points > 0 && !stores.copy(move.to(), page.points(), purges)) {
                continue; // A run was purged, perhaps this one: what was read may not be there any more.
            }
            // The last page of a key leaves its cursor: that page is written again after a restart, which changes
            // nothing.
            cursor = page.nextCursor() == null ? cursor : page.nextCursor();
            record.copied(move.id(), new RunWork(run, RunState.LISTED, key, cursor), points);
            if (page.nextCursor() == null) {
                return true;
            }
        }
        return false;
    }
}
