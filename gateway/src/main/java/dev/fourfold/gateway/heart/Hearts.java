package dev.fourfold.gateway.heart;

import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.Beaten;
import dev.fourfold.cache.heart.HeardHeart;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.StartHeart;
import dev.fourfold.cache.heart.StartedHeart;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Load;
import dev.fourfold.metadata.heart.BegunHeart;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.NewHeart;
import dev.fourfold.metadata.heart.RunHeart;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands beats on: to Redis alone where it knows the heart, else first to PostgreSQL, where it begins under a new number. So
 * whoever calls a heart silent is refused from then on, if it beats before that is recorded.
 */
@Singleton
public final class Hearts {

    private static final Logger LOG = LoggerFactory.getLogger(Hearts.class);

    /** Each is another beat, which another gateway, or a slow PostgreSQL, may have made late. */
    private static final int MOST_ATTEMPTS = 4;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration RETRY_FULL = Duration.ofSeconds(30);

    private final BeatOperations beats;
    private final HeartOperations hearts;
    private final HotAnswers answers;
    private final Load load;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicLong refused;

    Hearts(BeatOperations beats, HeartOperations hearts, HotAnswers answers, Load load) {
        this.beats = beats;
        this.hearts = hearts;
        this.answers = answers;
        this.load = load;
        refused = new AtomicLong(load.refused());
    }

    /**
     * A beat that was heard.
     *
     * @param silentSinceMillis since when the run was silent, where it had been marked and runs again; else null
     */
    public record HeardBeat(long atMillis, @Nullable Long silentSinceMillis) {}

    /** What is known of a run's heart; {@code heard} is null while Redis is away. */
    public record KnownHeart(RunHeart recorded, @Nullable HeardHeart heard) {}

    /** Hears a beat of a run; its heart begins with the first. */
    public HeardBeat beat(String runId, long ttlMillis, String worker) {
        Long silentSince = null;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Beaten beaten = heard(() -> beats.beat(runId, new Beat(ttlMillis, worker)));
            Long number = beaten.number();
            if (number != null && (!beaten.confirm() || isRecorded(runId, number))) {
                return new HeardBeat(beaten.atMillis(), silentSince);
            }
            BegunHeart begun;
            try {
                begun = heard(() -> answers.write(
                        Subjects.touchedByRunChange(runId),
                        () -> hearts.begin(runId, new NewHeart(ttlMillis, worker))));
            } catch (ProblemException e) {
                if (number != null && !saysNothing(e.problem())) {
                    beats.forget(List.of(new HeartNumber(runId, number))); // The run has ended, or is gone.
                }
                throw e;
            }
            if (begun.silentSinceMillis() != null) {
                silentSince = begun.silentSinceMillis();
                LOG.info("event=run-resumed run={} silent-since={}", runId, silentSince);
            }
            StartedHeart started = heard(() -> beats.start(
                    runId, new StartHeart(beaten.incarnation(), beaten.atMillis(), begun.number(), ttlMillis, worker)));
            if (started.started()) {
                return new HeardBeat(started.atMillis(), silentSince);
            }
        }
        throw new Problem.Unavailable("redis", "The heartbeat was not heard in time.", RETRY_AFTER).toException();
    }

    /** What is known of a run's heart. */
    public KnownHeart get(String runId) {
        RunHeart recorded = hearts.get(runId);
        try {
            return new KnownHeart(recorded, beats.read(runId));
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unavailable) {
                return new KnownHeart(recorded, null);
            }
            throw e;
        }
    }

    /** Watches a run no more. */
    public void remove(String runId) {
        RunHeart.Heart heart = hearts.get(runId).heart();
        hearts.remove(runId);
        if (heart == null) {
            return;
        }
        try {
            beats.forget(List.of(new HeartNumber(runId, heart.number())));
        } catch (ProblemException e) {
            // What is recorded counts: a heart that Redis still knows is called silent, and nothing comes of it.
            LOG.debug("event=heart-left run={} reason=\"{}\"", runId, e.getMessage());
        }
    }

    /** Whether a beat could not be handed on since this was asked last. */
    boolean takeLost() {
        return lost.getAndSet(false);
    }

    /** Whether the gateway let somebody not in since this was asked last: that may have been who beats. */
    boolean takeRefused() {
        long now = load.refused();
        return refused.getAndSet(now) != now;
    }

    /** It could not be noted: to be told of again. */
    void putBackLost() {
        lost.set(true);
    }

    private <T> T heard(Supplier<T> telling) {
        try {
            return telling.get();
        } catch (ProblemException e) {
            if (saysNothing(e.problem())) {
                lost.set(true);
            }
            if (e.problem() instanceof Problem.Full full) {
                // There may be room again as hearts end; it is nothing that was lost, as whoever has a heart there
                // keeps it.
                throw new Problem.LimitExceeded(full.message(), RETRY_FULL).toException(e);
            }
            throw e;
        }
    }

    /** Whether nothing is known of what became of it: a store, or a service, was away or had too much to do. */
    private static boolean saysNothing(Problem problem) {
        return problem instanceof Problem.Unavailable || problem instanceof Problem.LimitExceeded;
    }

    /** A PostgreSQL that is away has not been told of any end: the beat was heard, and counts. */
    private boolean isRecorded(String runId, long number) {
        RunHeart recorded;
        try {
            recorded = hearts.get(runId);
        } catch (ProblemException e) {
            if (saysNothing(e.problem())) {
                return true;
            }
            throw e;
        }
        RunHeart.Heart heart = recorded.heart();
        return recorded.open() && heart != null && heart.stoppedMillis() == null && heart.number() == number;
    }
}
