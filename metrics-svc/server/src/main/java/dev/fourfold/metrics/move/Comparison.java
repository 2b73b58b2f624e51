package dev.fourfold.metrics.move;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.Compared.Difference;
import dev.fourfold.metrics.point.HistoryCursor;
import dev.fourfold.metrics.point.PointOrder;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares what two stores have of a run, while it is written to: both histories are read page by page, side by side, in
 * their order. Where they differ the point may just be on its way to the second store, so both are read again from there
 * between two writes; what differs then is a difference.
 */
final class Comparison {

    private static final int PAGE_POINTS = 5_000;

    private final PlacedPointStore stores;
    private final Engine from;
    private final Engine to;
    private final Pace pace;

    Comparison(PlacedPointStore stores, Engine from, Engine to, Pace pace) {
        this.stores = stores;
        this.from = from;
        this.to = to;
        this.pace = pace;
    }

    /**
     * Compares a run.
     *
     * @param firstOnly whether to stop at the first difference; the tallies are then of what is before it
     * @param stop asked before each page; where it says so the comparison is given up
     * @return what was found, empty where it was given up
     */
    Optional<Compared> compare(RunRef run, boolean firstOnly, BooleanSupplier stop) throws StoreUnavailableException {
        var keys = new TreeSet<>(stores.store(from).keys(run));
        keys.addAll(stores.store(to).keys(run));
        var source = new Checksum();
        var target = new Checksum();
        Difference first = null;
        for (String key : keys) {
            var history = new Histories(run, key, source, target);
            @Nullable Difference found = history.goOn(stop);
            while (found != null) {
                first = first == null ? found : first;
                if (firstOnly) {
                    return Optional.of(new Compared(source.tally(), target.tally(), first));
                }
                found = history.goOn(stop);
            }
            if (history.stopped) {
                return Optional.empty();
            }
        }
        return Optional.of(new Compared(source.tally(), target.tally(), first));
    }

    /** The histories of one key in both stores. */
    private final class Histories {

        private final long keyHash;
        private final Checksum inSource;
        private final Checksum inTarget;
        private final Side source;
        private final Side target;
        private @Nullable Point last;
        private boolean stopped;

        private Histories(RunRef run, String key, Checksum inSource, Checksum inTarget) {
            this.keyHash = Checksum.ofKey(key);
            this.inSource = inSource;
            this.inTarget = inTarget;
            this.source = new Side(from, run, key);
            this.target = new Side(to, run, key);
        }

        /** Goes on to the next difference; null at the end, or where it was told to stop. */
        private @Nullable Difference goOn(BooleanSupplier stop) throws StoreUnavailableException {
            while (true) {
                if (source.isExhausted() || target.isExhausted()) {
                    if (stop.getAsBoolean()) {
                        stopped = true;
                        return null;
                    }
                }
                Point a = source.peek();
                Point b = target.peek();
                if (a == null && b == null) {
                    return null;
                }
                int order = a == null ? 1 : b == null ? -1 : PointOrder.INSTANCE.compare(a, b);
                if (order != 0 && !(source.settled && target.settled)) {
                    stores.betweenWrites(() -> {
                        source.readAgainAfter(last);
                        target.readAgainAfter(last);
                        return true;
                    });
                    continue;
                }
                if (order <= 0 && a != null) {
                    inSource.add(keyHash, a);
                    source.next++;
                    last = a;
                }
                if (order >= 0 && b != null) {
                    inTarget.add(keyHash, b);
                    target.next++;
                    last = b;
                }
                if (order < 0 && a != null) {
                    return new Difference(a, from);
                }
                if (order > 0 && b != null) {
                    return new Difference(b, to);
                }
            }
        }
    }

    /** A history in one store, read page by page. */
    private final class Side {

        private final Engine engine;
        private final RunRef run;
        private final String key;
        private List<Point> page = List.of();
        private int next;
        private @Nullable String cursor;
        private boolean begun;

        /** Whether the page was read between two writes, together with the other side's. */
        private boolean settled;

        private Side(Engine engine, RunRef run, String key) {
            this.engine = engine;
            this.run = run;
            this.key = key;
        }

        private boolean isExhausted() {
            return next == page.size() && (!begun || cursor != null);
        }

        private @Nullable Point peek() throws StoreUnavailableException {
            if (isExhausted()) {
                read();
                settled = false;
                pace.spend(page.size());
            }
            return next == page.size() ? null : page.get(next);
        }

        private void readAgainAfter(@Nullable Point last) throws StoreUnavailableException {
            cursor = last == null ? null : HistoryCursor.after(last).toText();
            read();
            settled = true;
        }

        private void read() throws StoreUnavailableException {
            HistoryPage read = stores.store(engine)
                    .read(new HistoryQuery(run.experimentId(), run.runId(), key, cursor, PAGE_POINTS));
            page = read.points().points();
            next = 0;
            cursor = read.nextCursor();
            begun = true;
        }
    }
}
