package dev.fourfold.gateway.heart;

import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.Overdue;
import dev.fourfold.cache.heart.RecordedHeart;
import dev.fourfold.cache.heart.Watcher;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.HeartPage;
import dev.fourfold.metadata.heart.HeartVerdict;
import dev.fourfold.metadata.heart.SilentHearts;
import dev.fourfold.metadata.heart.SilentHearts.SilentHeart;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the runs whose heart is silent for too long. Every gateway does so, and tells with it that it is there: Redis gives each
 * silent heart to one of them at a time, PostgreSQL marks each once, and only where no beat can have been lost.
 */
@Context
final class HeartWatch {

    private static final Logger LOG = LoggerFactory.getLogger(HeartWatch.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration STATE = Duration.ofSeconds(5);
    private static final int PAGE = 500;
    private static final int GAP = 3;

    private final String name = UUID.randomUUID().toString();
    private final BeatOperations beats;
    private final HeartOperations records;
    private final Hearts hearts;
    private final HotAnswers answers;
    private final Watcher watcher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** What this gateway stated last, and when; of the watching thread alone. */
    private @Nullable String stated;

    private long statedAt;

    /** Whether anybody has a heart, by the last look; of the watching thread alone. */
    private boolean watched;

    HeartWatch(
            BeatOperations beats,
            HeartOperations records,
            Hearts hearts,
            HotAnswers answers,
            HeartConfiguration configuration) {
        this.beats = beats;
        this.records = records;
        this.hearts = hearts;
        this.answers = answers;
        long interval = configuration.interval().toMillis();
        watcher = new Watcher(name, GAP * interval, configuration.compare().toMillis());
        thread = Thread.ofVirtual().name("heart-watch").start(() -> repeat(interval));
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed.countDown();
        thread.join(CLOSE_LIMIT);
    }

    private void repeat(long pauseMillis) {
        try {
            while (!closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (ProblemException e) {
                    // Redis or PostgreSQL is away, and nobody is judged: health says so.
                    LOG.debug("event=heart-watch-waits reason=\"{}\"", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("event=heart-watch-failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: the other gateways notice.
        }
    }

    private void look() {
        noteLost();
        while (true) {
            Overdue overdue = beats.overdue(watcher);
            watched = overdue.known() > 0;
            if (watched) {
                state(overdue.incarnation());
            }
            if (overdue.turn()) {
                tellWhichThereAre();
            }
            if (overdue.hearts().isEmpty() || mark(overdue) < SilentHearts.MOST || closed.getCount() == 0) {
                return;
            }
        }
    }

    /** So that nobody is marked for beats that this gateway could not hand on. */
    private void noteLost() {
        boolean lost = hearts.takeLost();
        boolean refused = hearts.takeRefused() && watched;
        if (lost || refused) {
            try {
                records.watch(null);
            } catch (RuntimeException e) {
                hearts.putBackLost();
                throw e;
            }
        }
    }

    /** Gateways that are linked to two servers at once see it by this, and nobody is marked meanwhile. */
    private void state(String incarnation) {
        if (!incarnation.equals(stated) || System.nanoTime() - statedAt >= STATE.toNanos()) {
            records.watch(incarnation);
            stated = incarnation;
            statedAt = System.nanoTime();
        }
    }

    private void tellWhichThereAre() {
        Long next = null;
        do {
            HeartPage page = records.beating(next, PAGE);
            beats.adopt(page.hearts().stream()
                    .map(heart -> new RecordedHeart(heart.runId(), heart.number(), heart.ttlMillis(), heart.worker()))
                    .toList());
            next = page.next();
        } while (next != null && closed.getCount() > 0);
    }

    /** Answers how many hearts are settled. */
    private int mark(Overdue overdue) {
        var silent = overdue.hearts().stream()
                .map(heart -> new SilentHeart(
                        heart.runId(), heart.number(), heart.sinceMillis(), heart.heard(), heart.worker()))
                .toList();
        var subjects = new HashSet<String>();
        silent.forEach(heart -> subjects.addAll(Subjects.touchedByRunChange(heart.runId())));
        List<HeartVerdict> verdicts =
                answers.write(subjects, () -> records.stop(new SilentHearts(overdue.incarnation(), silent)));
        var settled = new ArrayList<HeartNumber>();
        for (int i = 0; i < silent.size(); i++) {
            SilentHeart heart = silent.get(i);
            switch (verdicts.get(i)) {
                case STOPPED -> {
                    LOG.info(
                            "event=run-stopped run={} silent-since={} worker=\"{}\"",
                            heart.runId(),
                            heart.sinceMillis(),
                            heart.worker());
                    settled.add(new HeartNumber(heart.runId(), heart.number()));
                }
                case GONE -> settled.add(new HeartNumber(heart.runId(), heart.number()));
                case UNSURE -> {} // Redis answers it again.
            }
        }
        beats.forget(settled);
        return settled.size();
    }
}
