package dev.fourfold.logs.line;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.ServesLogs;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time which runs have lines past their retention, and has them swept one after another. It remembers
 * nothing: what a round did not get to, the next one finds.
 */
@Context
@ServesLogs
final class LineSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(LineSweeper.class);

    /** Runs that are looked up at once. */
    private static final int RUNS = 500;

    /** In a row; then the store is away, or too busy to be swept. */
    private static final int MOST_FAILURES = 3;

    private final LineRetention store;
    private final LogService service;
    private final Map<String, RetentionClass> classes = new LinkedHashMap<>();
    private final Instance instance;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private boolean expires;

    LineSweeper(
            LineRetention store, LogService service, List<RetentionClass> classes, LogsConfiguration configuration) {
        this.store = store;
        this.service = service;
        classes.forEach(one -> this.classes.put(one.name(), one));
        instance = Instance.parse(configuration.instance());
        long pauseMillis = configuration.sweepInterval().toMillis();
        thread = Thread.ofVirtual().name("logs-sweep").start(() -> work(pauseMillis));
    }

    private void work(long pauseMillis) {
        try {
            do {
                try {
                    round(Instant.now());
                } catch (StoreUnavailableException | ProblemException e) {
                    // Whoever writes or reads says so too, and louder; the next round goes on.
                    LOG.debug("logs.sweep put off", e);
                } catch (RuntimeException e) {
                    LOG.error("logs.sweep failed; the next round tries again", e);
                }
            } while (!closing.await(pauseMillis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes what is past its retention at a time. */
    synchronized void round(Instant now) throws StoreUnavailableException {
        if (!expires) {
            Map<String, Duration> ending = new LinkedHashMap<>();
            classes.values().stream().filter(RetentionClass::ends).forEach(one -> ending.put(one.name(), one.kept()));
            try {
                expires = store.expire(ending);
            } catch (StoreUnavailableException e) {
                // A store may refuse an index and be as good as any for the rest.
                LOG.warn("logs.expiry cannot be left to the store as well; the next round tries again", e);
            }
            if (expires) {
                LOG.info("logs.expiry the store removes lines, too: classes={}", ending);
                service.sweeps().storeExpires();
            }
        }
        for (RetentionClass one : classes.values()) {
            if (one.ends()) {
                sweep(one.name(), now.minus(one.kept()));
            }
        }
        service.sweeps().ended(now);
    }

    /** Until nothing is due, or what is due cannot be swept. */
    private void sweep(String retentionClass, Instant before) throws StoreUnavailableException {
        List<String> due;
        long swept;
        do {
            swept = service.sweeps().buckets();
            due = store.due(retentionClass, before, instance::owns, RUNS);
            int failures = 0;
            for (String runId : due) {
                if (closing.getCount() == 0) {
                    return;
                }
                try {
                    service.sweep(runId, before);
                    failures = 0;
                } catch (ProblemException e) {
                    if (++failures == MOST_FAILURES) {
                        throw e;
                    }
                    LOG.debug("logs.sweep put off run={}", runId, e);
                }
            }
        } while (due.size() == RUNS || service.sweeps().buckets() > swept);
    }

    @PreDestroy
    void close() throws InterruptedException {
        closing.countDown();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
