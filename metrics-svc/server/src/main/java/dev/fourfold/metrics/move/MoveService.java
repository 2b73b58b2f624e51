package dev.fourfold.metrics.move;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.Problem;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.client.HttpMetricOperations;
import dev.fourfold.metrics.point.PointStore;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves in this process: one thread does what the recorded phase asks for and goes on with it after a restart; the
 * operations change the record, and then where points go. First the record, as it is what a restart begins from.
 */
@Context
@Requires(missingProperty = HttpMetricOperations.URL)
public final class MoveService implements MoveOperations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MoveService.class);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int DIFFERENCES_SHOWN = 20;
    private static final int UNKNOWN_SHOWN = 1_000;
    private static final int RUNS_A_STATEMENT = 500;

    private final PlacedPointStore stores;
    private final @Nullable MoveRecord record;
    private final Pace pace;
    private final boolean alone;

    /** Held while the move changes, never while it is worked on. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final @Nullable Thread worker;

    /** As recorded; null until it was read, and after a change of which the outcome is not known. */
    private volatile @Nullable State state;

    private volatile @Nullable String problem;
    private volatile boolean closed;

    /** What was read of the record. */
    private record State(@Nullable Move move) {}

    /** @param instance which of how many instances of metrics-svc this is, {@code 2/3} the second of three */
    MoveService(
            PlacedPointStore stores,
            @Nullable MoveRecord record,
            MoveConfiguration configuration,
            @Value("${fourfold.metrics.instance:1/1}") String instance) {
        this.stores = stores;
        this.record = record;
        this.pace = new Pace(configuration.pointsPerSecond());
        this.alone = Instance.parse(instance).of() == 1;
        // Several would copy each other's runs, and only one may write a run to InfluxDB.
        this.worker = record == null || !alone
                ? null
                : Thread.ofPlatform().daemon().name("metrics-move").start(() -> work(record));
    }

    @Override
    public MoveStatus status() {
        return asking(() -> {
            Placement placement = stores.placement();
            Move move = record == null ? null : current(record).move();
            return new MoveStatus(
                    placement.reads(),
                    placement.writes(),
                    move == null || record == null ? null : report(record, move));
        });
    }

    @Override
    public MoveStatus start(MoveRequest request) {
        MoveRecord known = known();
        asking(() -> {
            lock.lock();
            try {
                Move last = current(known).move();
                if (last != null && !last.phase().over()) {
                    if (last.from() == request.from() && last.to() == request.to()) {
                        return last;
                    }
                    throw new Problem.InvalidState("A move from " + last.from().text() + " to "
                                    + last.to().text() + " is under way: abort it or retire it first")
                            .toException();
                }
                Engine reads = stores.placement().reads();
                if (request.from() == request.to() || request.from() != reads) {
                    throw new Problem.InvalidArgument("Points are in " + reads.text() + ", so they can be moved from "
                                    + reads.text() + " to the other store only")
                            .toException();
                }
                stores.store(request.from()).ensureSchema();
                stores.store(request.to()).ensureSchema();
                List<String> unknown = known.runsWithoutExperiment(1);
                if (!unknown.isEmpty()) {
                    throw new Problem.InvalidState("There are runs in PostgreSQL of which metrics-svc does not know the"
                                    + " experiment, for example " + unknown.getFirst()
                                    + ": tell it (POST /api/v1/metrics/move asks metadata-svc for them)")
                            .toException();
                }
                state = null;
                Move begun = known.begin(request.from(), request.to()).orElse(null);
                if (begun == null) {
                    throw new Problem.Conflict("Another move was started at the same time").toException();
                }
                enter(begun);
                return begun;
            } finally {
                lock.unlock();
            }
        });
        return status();
    }

    @Override
    public MoveStatus act(MoveAction action) {
        MoveRecord known = known();
        asking(() -> {
            lock.lock();
            try {
                Move move = current(known).move();
                if (move == null) {
                    throw new Problem.InvalidState("There is no move").toException();
                }
                act(known, move, action);
                return move;
            } finally {
                lock.unlock();
            }
        });
        return status();
    }

    @Override
    public List<String> runsWithoutExperiment() {
        MoveRecord known = known();
        return asking(() -> known.runsWithoutExperiment(UNKNOWN_SHOWN));
    }

    @Override
    public void tellExperiments(List<RunRef> runs) {
        MoveRecord known = known();
        asking(() -> {
            known.tellExperiments(runs);
            return runs;
        });
    }

    /** Stops working; a copy or comparison that is under way is gone on with after the next start. */
    @Override
    @PreDestroy
    public void close() {
        closed = true;
        Thread running = worker;
        if (running != null) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(15));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void act(MoveRecord known, Move move, MoveAction action) throws StoreUnavailableException {
        MovePhase phase = move.phase();
        switch (action) {
            case PAUSE, RESUME -> {
                boolean pause = action == MoveAction.PAUSE;
                require(phase == MovePhase.COPYING || phase == MovePhase.COMPARING, move, action);
                if (move.paused() != pause) {
                    change(known, move, move.paused(pause));
                }
            }
            case MEND -> {
                require(phase == MovePhase.DIFFERENT, move, action);
                known.mend(move.id());
                change(known, move, move.in(MovePhase.COPYING).withListed());
            }
            case ABORT -> {
                switch (phase) {
                    case COPYING, COMPARING, DIFFERENT, WATCHING -> change(known, move, move.in(MovePhase.ABORTED));
                    case SETTLED -> {
                        change(known, move, move.in(MovePhase.RETIRED));
                        state = null;
                        enter(known.begin(move.to(), move.from())
                                .orElseThrow(() -> new Problem.Conflict("Another move was started").toException()));
                    }
                    case ABORTED -> {}
                    case RETIRING, RETIRED -> require(false, move, action);
                }
            }
            case SWITCH_WRITES -> {
                require(phase == MovePhase.WATCHING || phase == MovePhase.SETTLED, move, action);
                if (phase == MovePhase.WATCHING) {
                    change(known, move, move.in(MovePhase.SETTLED));
                }
            }
            case RETIRE, RETIRE_AND_DELETE -> {
                MovePhase next = action == MoveAction.RETIRE ? MovePhase.RETIRED : MovePhase.RETIRING;
                if (phase == MovePhase.WATCHING || phase == MovePhase.SETTLED) {
                    change(known, move, move.in(next));
                } else {
                    require(phase == MovePhase.RETIRED && next == phase || phase == MovePhase.RETIRING, move, action);
                }
            }
        }
    }

    private static void require(boolean allowed, Move move, MoveAction action) {
        if (!allowed) {
            throw new Problem.InvalidState("The move from " + move.from().text() + " to "
                            + move.to().text() + " is " + move.phase() + ", which does not allow " + action)
                    .toException();
        }
    }

    /** Records a change, and has it hold. Called with the lock. */
    private void change(MoveRecord known, Move before, Move after) throws StoreUnavailableException {
        state = null; // Where recording fails its outcome is not known: it is read again.
        if (!known.change(before, after)) {
            throw new Problem.Conflict("The move has changed meanwhile").toException();
        }
        enter(after);
    }

    private void enter(Move move) {
        LOG.info(
                "metrics.move id={} from={} to={} phase={} paused={}",
                move.id(),
                move.from(),
                move.to(),
                move.phase(),
                move.paused());
        stores.place(Placement.of(move));
        state = new State(move);
        problem = null;
        changed.signalAll();
    }

    /** The move as recorded. */
    private State current(MoveRecord known) throws StoreUnavailableException {
        State read = state;
        if (read != null) {
            return read;
        }
        lock.lock();
        try {
            read = state;
            if (read == null) {
                var recorded = Recorded.read(known, stores.configured());
                stores.place(recorded.placement());
                read = new State(recorded.last());
                state = read;
            }
            return read;
        } finally {
            lock.unlock();
        }
    }

    private MoveReport report(MoveRecord known, Move move) throws StoreUnavailableException {
        Totals totals = known.totals(move.id());
        return new MoveReport(
                move.id(),
                move.from(),
                move.to(),
                move.phase(),
                move.paused(),
                totals.runs(),
                totals.runsCopied(),
                totals.runsEqual(),
                totals.runsDifferent(),
                totals.copied(),
                totals.compared(),
                move.startedMillis(),
                move.changedMillis(),
                problem,
                known.differences(move.id(), DIFFERENCES_SHOWN));
    }

    private void work(MoveRecord known) {
        while (!closed) {
            try {
                stores.placement();
                Move move = current(known).move();
                if (move == null || move.paused() || !workOn(known, move)) {
                    awaitChange(move);
                }
                problem = null;
            } catch (StoreUnavailableException e) {
                problem = e.getMessage();
                LOG.debug("metrics.move waits", e);
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                if (!closed) {
                    // Whatever it is, points go on being written; the status and the log tell why the move does not.
                    problem = "Internal error, see the log of metrics-svc: " + e.getMessage();
                    LOG.error("metrics.move fails", e);
                    pause();
                }
            }
        }
    }

    /** Does some of what the phase asks for. Returns whether there may be more to do. */
    private boolean workOn(MoveRecord known, Move move) throws StoreUnavailableException {
        switch (move.phase()) {
            case COPYING -> copy(known, move);
            case COMPARING -> compare(known, move);
            case RETIRING -> delete(known, move);
            case DIFFERENT, WATCHING, SETTLED, RETIRED, ABORTED -> {
                return false;
            }
        }
        return true;
    }

    private void copy(MoveRecord known, Move move) throws StoreUnavailableException {
        if (!move.listed()) {
            list(known, move, stores.store(move.from()), RunState.LISTED, false);
            advance(known, move, move.withListed());
            return;
        }
        var work = known.next(move.id(), List.of(RunState.MENDING, RunState.LISTED));
        if (work.isEmpty()) {
            advance(known, move, move.in(MovePhase.COMPARING));
            return;
        }
        RunRef run = work.get().run();
        if (work.get().state() == RunState.MENDING) {
            stores.remove(move.to(), run);
            known.copied(move.id(), new RunWork(run, RunState.LISTED, null, null), 0);
            return;
        }
        // A run that is there already, from a move before, costs no writing. Not looked at again after a restart.
        if (work.get().key() == null) {
            var compared = comparison(move).compare(run, true, () -> isStopped(move));
            if (compared.isEmpty()) {
                return;
            }
            if (compared.get().difference() == null) {
                known.compared(move.id(), run, compared.get());
                return;
            }
        }
        new RunCopy(stores, known, move, pace).copy(work.get(), () -> isStopped(move));
    }

    private void compare(MoveRecord known, Move move) throws StoreUnavailableException {
        if (!move.listed()) {
            // Runs that are new were written to both from their first point on; so they count as copied.
            list(known, move, stores.store(move.from()), RunState.COPIED, false);
            list(known, move, stores.store(move.to()), RunState.COPIED, false);
            advance(known, move, move.withListed());
            return;
        }
        var work = known.next(move.id(), List.of(RunState.COPIED));
        if (work.isPresent()) {
            var compared = comparison(move).compare(work.get().run(), false, () -> isStopped(move));
            if (compared.isPresent()) {
                if (compared.get().difference() != null) {
                    LOG.warn("metrics.move run={} differs: {}", work.get().run(), compared.get());
                }
                known.compared(move.id(), work.get().run(), compared.get());
            }
            return;
        }
        boolean equal = known.totals(move.id()).runsDifferent() == 0;
        advance(known, move, move.in(equal ? MovePhase.WATCHING : MovePhase.DIFFERENT));
    }

    private void delete(MoveRecord known, Move move) throws StoreUnavailableException {
        if (!move.listed()) {
            list(known, move, stores.store(move.from()), RunState.LEFT, true);
            advance(known, move, move.withListed());
            return;
        }
        var work = known.next(move.id(), List.of(RunState.LEFT));
        if (work.isEmpty()) {
            advance(known, move, move.in(MovePhase.RETIRED));
            return;
        }
        stores.remove(move.from(), work.get().run());
        known.copied(move.id(), new RunWork(work.get().run(), RunState.DELETED, null, null), 0);
    }

    private void list(MoveRecord known, Move move, PointStore store, RunState as, boolean again)
            throws StoreUnavailableException {
        var runs = new ArrayList<RunRef>(RUNS_A_STATEMENT);
        try {
            store.runs(run -> {
                runs.add(run);
                if (runs.size() == RUNS_A_STATEMENT) {
                    try {
                        known.add(move.id(), runs, as, again);
                    } catch (StoreUnavailableException e) {
                        throw new RecordAway(e);
                    }
                    runs.clear();
                }
            });
        } catch (RecordAway e) {
            throw e.away;
        }
        known.add(move.id(), runs, as, again);
    }

    /** Goes on to what comes next, unless somebody has changed the move meanwhile. */
    private void advance(MoveRecord known, Move move, Move next) throws StoreUnavailableException {
        lock.lock();
        try {
            State now = current(known);
            if (move.equals(now.move())) {
                change(known, move, next);
            }
        } finally {
            lock.unlock();
        }
    }

    private Comparison comparison(Move move) {
        return new Comparison(stores, move.from(), move.to(), pace);
    }

    private boolean isStopped(Move move) {
        State now = state;
        return closed || now == null || !move.equals(now.move());
    }

    private void awaitChange(@Nullable Move move) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            State now = state;
            while (now != null && (move == null ? now.move() == null : move.equals(now.move()))) {
                changed.await();
                now = state;
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MoveRecord known() {
        if (record == null) {
            throw new Problem.InvalidState(
                            "metrics-svc knows one store only: fourfold.metrics.postgres.url must name a PostgreSQL, which"
                                    + " is where moves are recorded")
                    .toException();
        }
        if (!alone) {
            throw new Problem.InvalidState(
                            "Several instances of metrics-svc share the runs: points are moved by one alone."
                                    + " Go on with one instance, move, and start several again")
                    .toException();
        }
        return record;
    }

    private static <T> T asking(PlacedPointStore.Something<T> something) {
        try {
            return something.get();
        } catch (StoreUnavailableException e) {
            throw new Problem.Unavailable(
                            "metrics-svc", "A store that a move needs does not answer: " + e.getMessage(), RETRY_AFTER)
                    .toException(e);
        }
    }

    /** Carries an outage out of a callback. */
    private static final class RecordAway extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final StoreUnavailableException away;

        private RecordAway(StoreUnavailableException away) {
            super(away);
            this.away = away;
        }
    }
}
