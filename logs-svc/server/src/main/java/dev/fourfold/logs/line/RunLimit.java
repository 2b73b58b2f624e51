package dev.fourfold.logs.line;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.logs.LogBatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses batches that would give a run more lines than it may have, before they come into the journal.
 *
 * <p>For each run it keeps the most that there can be: what was there when it was last measured, and everything that was let
 * through since, lines that come again included. As long as that fits nobody is asked. Where it does not, the run is measured
 * with all that is in the journal, and the batch for lines that are not there yet: then it is exact.
 *
 * <p>A run that is new to this process is measured at its first batch, which waits a second for that at most, and not at all
 * while the store is known to be away: until then it counts from nothing.
 */
final class RunLimit {

    private static final Logger LOG = LoggerFactory.getLogger(RunLimit.class);

    private static final int MOST_RUNS = 100_000;
    private static final int ROUNDS = 3;
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration NEXT_LOOK = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** What is known of runs elsewhere. */
    interface Measure {

        /** What a run has, everything acknowledged included; {@link ProblemException} where nobody can say. */
        RunSize of(String runId);

        /** What of a batch is not there, everything acknowledged included; {@link ProblemException} as above. */
        RunSize missing(LogBatch batch);

        /** Whether asking would only cost time. */
        boolean isAway();
    }

    /** What is known of a run here; changed under its own monitor, measured under its lock. */
    private static final class Known {

        private final ReentrantLock measuring = new ReentrantLock();
        private RunSize measured = RunSize.NONE;
        private RunSize added = RunSize.NONE;
        private RunSize onTheirWay = RunSize.NONE;
        private boolean sure;
        private boolean told;
        private long lookAgainNanos = System.nanoTime();
        private @Nullable Thread looking;
    }

    private final RunSize most;
    private final Measure measure;
    private final Map<String, Known> runs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_RUNS;
        }
    };

    /** With the most lines and bytes that a run may have, 0 for any. */
    RunLimit(long lines, long bytes, Measure measure) {
        most = new RunSize(lines == 0 ? Long.MAX_VALUE : lines, bytes == 0 ? Long.MAX_VALUE : bytes);
        this.measure = measure;
    }

    /**
     * Lets a batch through to the journal, as a whole or not at all.
     *
     * @throws ProblemException {@code Full}; {@code Unavailable} where it may be too much and nobody can say
     */
    void append(LogBatch batch, Runnable journal) {
        if (most.lines() == Long.MAX_VALUE && most.bytes() == Long.MAX_VALUE) {
            journal.run();
            return;
        }
        Known run = known(batch.runId());
        RunSize size = RunSize.of(batch);
        lookFirst(batch.runId(), run);
        if (!admits(run, size)) {
            size = admitExactly(batch, run, size);
        }
        try {
            journal.run();
        } finally {
            synchronized (run) {
                run.onTheirWay = run.onTheirWay.minus(size);
            }
        }
    }

    private Known known(String runId) {
        synchronized (runs) {
            return runs.computeIfAbsent(runId, _ -> new Known());
        }
    }

    private boolean admits(Known run, RunSize size) {
        synchronized (run) {
            RunSize then = run.measured.plus(run.added).plus(size);
            boolean fits = then.lines() <= most.lines() && then.bytes() <= most.bytes();
            if (!fits && size.lines() > 0) { // A batch that is there already adds nothing, however full the run is.
                return false;
            }
            run.added = run.added.plus(size);
            run.onTheirWay = run.onTheirWay.plus(size);
            return true;
        }
    }

    /** Answers what the batch adds. */
    private RunSize admitExactly(LogBatch batch, Known run, RunSize size) {
        lockToMeasure(batch.runId(), run);
        try {
            boolean exact = false;
            for (int i = 0; i < ROUNDS && !exact; i++) {
                measure(batch.runId(), run);
                if (admits(run, size)) {
                    return size;
                }
                RunSize missing = measure.missing(batch);
                if (admits(run, missing)) {
                    return missing;
                }
                synchronized (run) {
                    exact = run.added.lines() == 0; // Nothing came meanwhile that may have been there before.
                }
            }
            if (!exact) {
                throw notKnown(batch.runId());
            }
        } finally {
            run.measuring.unlock();
        }
        boolean first;
        synchronized (run) {
            first = !run.told;
            run.told = true;
        }
        if (first) {
            LOG.info("logs.run-full run={} lines={} bytes={}", batch.runId(), most.lines(), most.bytes());
        }
        throw new Problem.Full("Run " + batch.runId() + " has all the log lines that it may have, which is "
                        + (most.lines() == Long.MAX_VALUE ? "" : most.lines() + " lines")
                        + (most.lines() == Long.MAX_VALUE || most.bytes() == Long.MAX_VALUE ? "" : " or ")
                        + (most.bytes() == Long.MAX_VALUE ? "" : most.bytes() + " bytes")
                        + ": none of these was taken, and sending them again leads nowhere")
                .toException();
    }

    /** Waits for others who measure the run, but not where the store is away and each would take its time to find that out. */
    private void lockToMeasure(String runId, Known run) {
        try {
            if (measure.isAway() || !run.measuring.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw notKnown(runId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notKnown(runId);
        }
    }

    private static ProblemException notKnown(String runId) {
        return new Problem.Unavailable(
                        "mongodb",
                        "Run " + runId
                                + " may have all the log lines that it may have, and how many it has cannot be said"
                                + " just now",
                        FIRST_LOOK)
                .toException();
    }

    private void lookFirst(String runId, Known run) {
        Thread looking;
        synchronized (run) {
            if (run.sure) {
                return;
            }
            looking = run.looking;
            if (looking == null) {
                if (measure.isAway() || System.nanoTime() - run.lookAgainNanos < 0) {
                    return;
                }
                run.lookAgainNanos = System.nanoTime() + NEXT_LOOK.toNanos();
                looking = Thread.ofVirtual().unstarted(() -> look(runId, run));
                run.looking = looking;
                looking.start();
            }
        }
        try {
            looking.join(FIRST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(String runId, Known run) {
        run.measuring.lock();
        try {
            measure(runId, run);
        } catch (ProblemException e) {
            LOG.debug("logs.run-size unknown run={}", runId, e);
        } finally {
            run.measuring.unlock();
            synchronized (run) {
                run.looking = null;
            }
        }
    }

    /**
     * What is on its way to the journal while the run is measured may be counted twice, never left out. One at a time:
     * two would both take off what was added before them.
     */
    private void measure(String runId, Known run) {
        RunSize before;
        RunSize onTheirWay;
        synchronized (run) {
            before = run.added;
            onTheirWay = run.onTheirWay;
        }
        RunSize found = measure.of(runId);
        synchronized (run) {
            run.measured = found;
            run.added = run.added.minus(before).plus(onTheirWay);
            run.sure = true;
        }
    }
}
