package dev.fourfold.gateway.purge;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.metadata.purge.PurgeDelay;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.RunPurge;
import dev.fourfold.metrics.ExperimentKey;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.RunRef;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with purges, one run after another, whoever began them: metadata-svc gives each to one gateway at a time, and
 * to another where that one ends. Every step may be done again, so nothing needs to be known of who was at it before. A
 * store that is away holds up its own step only.
 */
@Context
final class PurgeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(PurgeDriver.class);
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final String worker = UUID.randomUUID().toString();
    private final PurgeOperations purges;
    private final MetricOperations metrics;
    private final LogOperations logs;
    private final FileRemoval files;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread driver;
    private final Thread holder;

    /** The run that this gateway is at. */
    private volatile @Nullable String current;

    PurgeDriver(PurgeOperations purges, MetricOperations metrics, LogOperations logs, FileRemoval files) {
        this.purges = purges;
        this.metrics = metrics;
        this.logs = logs;
        this.files = files;
        driver = Thread.ofVirtual().name("purge").start(() -> repeat(GLANCE, this::drive));
        holder = Thread.ofVirtual()
                .name("purge-claim")
                .start(() -> repeat(Duration.ofMillis(PurgeOperations.CLAIM_MILLIS / 3), this::hold));
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed.countDown();
        driver.join(CLOSE_LIMIT);
        holder.join(CLOSE_LIMIT);
    }

    private void repeat(Duration pause, Runnable work) {
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    work.run();
                } catch (ProblemException e) {
                    // PostgreSQL or metadata-svc is away: health says so, and the next turn may find it back.
                    LOG.debug("event=purge-waits reason=\"{}\"", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("event=purge-failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: another gateway, or the next start, goes on.
        }
    }

    private void drive() {
        List<RunPurge> claimed = purges.claim(worker);
        while (!claimed.isEmpty()) {
            RunPurge purge = claimed.getFirst();
            current = purge.runId();
            try {
                goOn(purge);
            } finally {
                current = null;
            }
            claimed = closed.getCount() == 0 ? List.of() : purges.claim(worker);
        }
    }

    private void hold() {
        String runId = current;
        if (runId != null) {
            purges.renew(runId, worker);
        }
    }

    private void goOn(RunPurge purge) {
        var run = new RunRef(new ExperimentKey(purge.experimentId(), purge.retentionClass()).text(), purge.runId());
        var problems = new ArrayList<String>();
        if (purge.points() == null) {
            step(
                    purge,
                    problems,
                    () -> PurgeProgress.ofPoints(metrics.purge(run).points()));
        }
        if (purge.lines() == null) {
            step(
                    purge,
                    problems,
                    () -> PurgeProgress.ofLines(logs.purge(purge.runId()).lines()));
        }
        if (purge.files() == null) {
            step(purge, problems, () -> files.remove(purge));
        }
        if (problems.isEmpty()) {
            RunPurge receipt = purges.finish(purge.runId(), worker);
            LOG.info(
                    "event=run-purged run={} experiment={} rows={} points={} lines={} files={}",
                    receipt.runId(),
                    receipt.experimentId(),
                    receipt.rows(),
                    receipt.points(),
                    receipt.lines(),
                    receipt.files());
        } else {
            LOG.warn("event=purge-deferred run={} reason=\"{}\"", purge.runId(), problems);
            purges.defer(purge.runId(), worker, new PurgeDelay(String.join("; ", problems)));
        }
    }

    /** Has one store remove the run, and notes it; what goes wrong with the store is kept, for the others to go on. */
    private void step(RunPurge purge, List<String> problems, Supplier<PurgeProgress> removal) {
        PurgeProgress progress;
        try {
            progress = removal.get();
        } catch (ProblemException e) {
            problems.add(
                    e.problem() instanceof Problem.Unavailable away
                            ? away.part() + ": " + away.message()
                            : e.problem().message());
            return;
        } catch (RuntimeException e) {
            LOG.error("event=purge-failed run={}", purge.runId(), e);
            problems.add("a defect of ours; the log of the gateway tells more");
            return;
        }
        purges.record(purge.runId(), worker, progress);
    }
}
