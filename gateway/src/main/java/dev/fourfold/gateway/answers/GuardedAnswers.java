package dev.fourfold.gateway.answers;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers kept in the cache service, by the protocol of docs/adr/0005: subjects are marked before a change commits and
 * settled after, in the generation that counts then; a writer that cannot do so switches the cache off and waits until
 * every gateway knows.
 */
@Singleton
@Requires(property = "fourfold.cache.enabled", notEquals = "false")
final class GuardedAnswers implements HotAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedAnswers.class);

    /** Longer than any transaction may take, its deadline included. */
    private static final Duration LONGEST_CHANGE = Duration.ofSeconds(60);

    private static final Duration EXPIRY = Duration.ofMinutes(5);

    /** How long it is kept that there is nothing: enough for what is asked for again and again. */
    private static final Duration EXPIRY_OF_NOTHING = Duration.ofSeconds(30);

    private static final int MOST_ATTEMPTS = 3;
    private static final byte[] NOTHING = {};
    private static final Lookup UNUSED = new Lookup.Bypass("not used now");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final GenerationCopy generation;
    private final AnswerOperations answers;
    private final SharedLoads loads = new SharedLoads();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    GuardedAnswers(GenerationCopy generation, AnswerOperations answers) {
        this.generation = generation;
        this.answers = answers;
    }

    @Override
    public HotAnswer read(String key, Supplier<LoadedAnswer> load) {
        String name = CacheNames.of(key);
        try (var reading = loads.read(name)) {
            while (true) {
                Optional<CacheView> usable = usableView();
                Lookup found = usable.map(view -> answers.lookup(view, name)).orElse(UNUSED);
                // The copy must still count when the answer is here: this process may have been held up meanwhile.
                if (found instanceof Lookup.Hit(byte[] answer) && usableView().equals(usable)) {
                    hits.increment();
                    return new HotAnswer(answer, true);
                }
                switch (reading.turn()) {
                    case SharedLoads.Turn.Lead(var mine) -> {
                        misses.increment();
                        return new HotAnswer(lead(mine, usable, name, found, load), false);
                    }
                    case SharedLoads.Turn.Share(var others) -> {
                        misses.increment();
                        return new HotAnswer(others.result().orElseGet(load).bytes(), false);
                    }
                    case SharedLoads.Turn.Wait(var others) -> {
                        if (!others.awaitEnd()) {
                            misses.increment();
                            return new HotAnswer(load.get().bytes(), false);
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private byte[] lead(
            SharedLoads.Load mine, Optional<CacheView> usable, String name, Lookup found, Supplier<LoadedAnswer> load) {
        try {
            LoadedAnswer loaded = mine.run(load);
            if (usable.isPresent() && found instanceof Lookup.Miss(String token)) {
                CacheView view = usable.get();
                keeping(() ->
                        answers.fill(view, name, token, CacheNames.of(loaded.subjects()), loaded.bytes(), EXPIRY));
            }
            return loaded.bytes();
        } finally {
            mine.end();
        }
    }

    /** An answer that cannot be kept is an answer nevertheless. */
    private static void keeping(Runnable fill) {
        try {
            fill.run();
        } catch (ProblemException e) {
            LOG.warn("event=answer-not-kept reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public ManyAnswers readAll(String group, List<String> keys, ManyLoader load) {
        Optional<CacheView> usable = usableView();
        if (usable.isPresent()) {
            CacheView view = usable.get();
            List<String> names = keys.stream().map(CacheNames::of).toList();
            // The copy must still count when the answers are here: this process may have been held up meanwhile.
            if (answers.lookupAll(view, CacheNames.of(group), names) instanceof ManyLookup.Found found
                    && usableView().equals(usable)) {
                return completed(view, CacheNames.of(group), names, found, load);
            }
        }
        misses.add(keys.size());
        return new ManyAnswers(load.load(IntStream.range(0, keys.size()).boxed().toList()), 0);
    }

    private ManyAnswers completed(
            CacheView view, String group, List<String> names, ManyLookup.Found found, ManyLoader load) {
        var all = new ArrayList<byte[]>(names.size());
        var missing = new ArrayList<Integer>();
        long kept = 0;
        for (byte[] answer : found.answers()) {
            if (answer == null) {
                missing.add(all.size());
            }
            all.add(answer == null ? NOTHING : answer);
            kept += all.getLast().length;
        }
        hits.add(names.size() - missing.size());
        misses.add(missing.size());
        if (!missing.isEmpty()) {
            var fills = new LinkedHashMap<String, byte[]>();
            var absences = new LinkedHashMap<String, byte[]>();
            List<byte[]> loaded = load.load(missing);
            for (int i = 0; i < missing.size(); i++) {
                byte[] answer = loaded.get(i);
                all.set(missing.get(i), answer);
                // More than one lookup gives is not kept for it: it may be there already.
                if (kept + answer.length <= AnswerOperations.MOST_BYTES_FOUND) {
                    kept += answer.length;
                    (answer.length == 0 ? absences : fills).put(names.get(missing.get(i)), answer);
                }
            }
            if (!fills.isEmpty()) {
                keeping(() -> answers.fillAll(view, group, found.token(), fills, EXPIRY));
            }
            if (!absences.isEmpty()) {
                keeping(() -> answers.fillAll(view, group, found.token(), absences, EXPIRY_OF_NOTHING));
            }
        }
        return new ManyAnswers(all, names.size() - missing.size());
    }

    @Override
    public <T> T write(Collection<String> touched, Supplier<T> change) {
        Collection<String> subjects = CacheNames.of(touched);
        GenerationCopy.Copy before = generation.fresh();
        @Nullable
        String mark = before.view().map(view -> tryMark(view, subjects)).orElse(null);
        T result;
        try {
            result = change.get();
        } catch (RuntimeException | Error e) {
            // What was refused may have been done in part, or its outcome be unknown: readers must ask again. But no
            // success is told, so failing here is no harm.
            makeKnownAfterFailure(before, mark, subjects, e);
            throw e;
        }
        makeKnown(before, mark, subjects);
        return result;
    }

    @Override
    public CacheCounts counts() {
        return new CacheCounts(hits.sum(), misses.sum());
    }

    private void makeKnownAfterFailure(
            GenerationCopy.Copy before, @Nullable String mark, Collection<String> subjects, Throwable failure) {
        try {
            makeKnown(before, mark, subjects);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Returns once no gateway can give an answer from before the change. */
    private void makeKnown(GenerationCopy.Copy before, @Nullable String mark, Collection<String> subjects) {
        boolean settled = mark != null
                && before.view().isPresent()
                && trySettle(before.view().get(), mark, subjects);
        GenerationCopy.Copy seen = before;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            GenerationCopy.Copy now = generation.fresh();
            boolean sameGeneration = now.row().equals(seen.row());
            if (now.view().isEmpty() || (sameGeneration && settled)) {
                // Others may still read with their copies from before this row.
                awaitAlone(now);
                return;
            }
            // Another generation began, or the mark or settlement failed: make it known in the one that counts now.
            CacheView view = now.view().get();
            String another = tryMark(view, subjects);
            settled = another != null && trySettle(view, another, subjects);
            if (!settled) {
                LOG.warn("event=cache-switched-off reason=\"a change could not be made known\"");
                generation.switchOff();
                awaitTerm();
                return;
            }
            seen = now;
        }
        generation.switchOff();
        awaitTerm();
    }

    private Optional<CacheView> usableView() {
        return generation.latest().flatMap(GenerationCopy.Copy::usable);
    }

    private @Nullable String tryMark(CacheView view, Collection<String> subjects) {
        try {
            return answers.mark(view, subjects, LONGEST_CHANGE);
        } catch (ProblemException e) {
            LOG.debug("event=mark-failed reason=\"{}\"", e.getMessage());
            return null;
        }
    }

    private boolean trySettle(CacheView view, String mark, Collection<String> subjects) {
        try {
            answers.settle(view, mark, subjects);
            return true;
        } catch (ProblemException e) {
            LOG.debug("event=settle-failed reason=\"{}\"", e.getMessage());
            return false;
        }
    }

    private static void awaitAlone(GenerationCopy.Copy row) {
        try {
            row.awaitAlone();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void awaitTerm() {
        try {
            Thread.sleep(GenerationCopy.TERM);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ProblemException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Problem.Unavailable("gateway", "Interrupted while waiting", RETRY_AFTER).toException(e);
    }
}
