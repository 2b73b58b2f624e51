package dev.fourfold.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.cache.answer.AnswerStore;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.cache.redis.ChangeFolder.Change;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Hot answers in one Redis, by the scripts of {@link Scripts}. */
@Singleton
final class RedisAnswerStore implements AnswerStore {

    private static final int HIT = 1;
    private static final int MARKED = 2;

    private final RedisLink link;
    private final ChangeFolder changes;
    private final Duration readBudget;
    private final Duration writeBudget;
    private final String spareEpoch = UUID.randomUUID().toString();

    /**
     * Opens after slow or failed readings, so that a slow Redis costs the budget only now and then. Writers neither ask
     * nor feed it: one that cannot mark switches the cache off and waits, which readers who were slow are no reason for.
     */
    private final CircuitBreaker breaker = Breakers.of("redis-answers");

    RedisAnswerStore(@Named(RedisLinks.ANSWERS) RedisLink link, RedisConfiguration configuration) {
        this.link = link;
        changes = new ChangeFolder(this::send);
        readBudget = configuration.readBudget();
        writeBudget = configuration.writeBudget();
    }

    @Override
    public String incarnation() throws CacheAwayException {
        return link.live().incarnation();
    }

    @Override
    public Lookup lookup(CacheView view, String key) throws CacheAwayException {
        List<Object> answer = run(
                Scripts.LOOKUP,
                view,
                new byte[][] {clock(view), answerKey(view, key)},
                subjectPrefix(view),
                bytes(freshEpoch()));
        long found = (Long) answer.getFirst();
        if (found == HIT) {
            return new Lookup.Hit((byte[]) answer.get(1));
        }
        return found == MARKED
                ? new Lookup.Bypass("being changed")
                : new Lookup.Miss(new String((byte[]) answer.get(1), UTF_8));
    }

    @Override
    public void fill(
            CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry)
            throws CacheAwayException {
        String[] parts = partsOf(token);
        run(
                Scripts.FILL,
                view,
                new byte[][] {clock(view), answerKey(view, key)},
                subjectPrefix(view),
                bytes(parts[0]),
                bytes(parts[1]),
                bytes(parts[2]),
                bytes(Long.toString(expiry.toMillis())),
                bytes(String.join("\n", subjects)),
                answer);
    }

    @Override
    public ManyLookup lookupAll(CacheView view, String group, List<String> keys) throws CacheAwayException {
        var arguments = new byte[5 + keys.size()][];
        arguments[0] = subjectPrefix(view);
        arguments[1] = bytes(freshEpoch());
        arguments[2] = answerKey(view, "");
        arguments[3] = bytes(group);
        arguments[4] = bytes(Integer.toString(AnswerOperations.MOST_BYTES_FOUND));
        for (int i = 0; i < keys.size(); i++) {
            arguments[5 + i] = bytes(keys.get(i));
        }
        List<Object> answer = run(Scripts.LOOKUP_ALL, view, new byte[][] {clock(view)}, arguments);
        if ((Long) answer.getFirst() == MARKED) {
            return new ManyLookup.Bypass("being changed");
        }
        var answers = new ArrayList<byte @Nullable []>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            answers.add((byte[]) answer.get(2 + i));
        }
        return new ManyLookup.Found(answers, new String((byte[]) answer.get(1), UTF_8));
    }

    @Override
    public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry)
            throws CacheAwayException {
        String[] parts = partsOf(token);
        var arguments = new ArrayList<byte[]>(7 + 2 * answers.size());
        arguments.add(subjectPrefix(view));
        for (String part : parts) {
            arguments.add(bytes(part));
        }
        arguments.add(bytes(Long.toString(expiry.toMillis())));
        arguments.add(answerKey(view, ""));
        arguments.add(bytes(group));
        answers.forEach((key, answer) -> {
            arguments.add(bytes(key));
            arguments.add(answer);
        });
        run(Scripts.FILL_ALL, view, new byte[][] {clock(view)}, arguments.toArray(byte[][]::new));
    }

    @Override
    public void mark(CacheView view, String mark, Collection<String> subjects, Duration longest)
            throws CacheAwayException {
        change(view, new Change(mark, longest.toMillis(), subjects));
    }

    @Override
    public void settle(CacheView view, String mark, Collection<String> subjects) throws CacheAwayException {
        change(view, new Change(mark, 0, subjects));
    }

    private void change(CacheView view, Change change) throws CacheAwayException {
        liveOf(view);
        CompletableFuture<Void> made = changes.make(view, change);
        try {
            made.get(writeBudget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            made.cancel(false);
            throw tooLate(writeBudget);
        } catch (ExecutionException e) {
            throw new CacheAwayException("failed: " + e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Several changes in one script; a connection whose commands do not come back is given up. */
    private CompletionStage<?> send(CacheView view, List<Change> fold) {
        RedisLink.Live live;
        try {
            live = liveOf(view);
        } catch (CacheAwayException e) {
            return CompletableFuture.failedStage(e);
        }
        var arguments = new ArrayList<byte[]>(2 + 4 * fold.size());
        arguments.add(subjectPrefix(view));
        arguments.add(bytes(freshEpoch()));
        for (Change change : fold) {
            arguments.add(change.kind());
            arguments.add(bytes(change.mark()));
            arguments.add(bytes(Long.toString(change.longestMillis())));
            arguments.add(bytes(String.join("\n", change.subjects())));
        }
        return evaluate(live, Scripts.CHANGE, new byte[][] {clock(view)}, arguments.toArray(byte[][]::new))
                .whenComplete((_, failure) -> {
                    if (failure != null && Refusals.isOfTheLink(failure)) {
                        link.distrust(live);
                    }
                });
    }

    private static RedisFuture<Object> evaluate(
            RedisLink.Live live, Scripts script, byte[][] keys, byte[]... arguments) {
        return live.connection().async().evalsha(live.scripts().get(script), outputOf(script), keys, arguments);
    }

    private RedisLink.Live liveOf(CacheView view) throws CacheAwayException {
        RedisLink.Live live = link.live();
        if (!live.incarnation().equals(view.incarnation())) {
            throw new CacheAwayException("another start of Redis than the generation's");
        }
        return live;
    }

    /** The time at which a reading begins that the breaker allows. */
    private long begin() throws CacheAwayException {
        if (!breaker.tryAcquirePermission()) {
            throw new CacheAwayException("slow or failing just now");
        }
        return System.nanoTime();
    }

    private static CacheAwayException tooLate(Duration budget) {
        return new CacheAwayException("no answer within " + budget.toMillis() + " ms");
    }

    private static CacheAwayException interrupted() {
        Thread.currentThread().interrupt();
        return new CacheAwayException("interrupted");
    }

    private List<Object> run(Scripts script, CacheView view, byte[][] keys, byte[]... arguments)
            throws CacheAwayException {
        RedisLink.Live live = liveOf(view);
        long start = begin();
        try {
            Object answer = evaluate(live, script, keys, arguments).get(readBudget.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            @SuppressWarnings("unchecked") // MULTI answers a list, INTEGER a Long that nobody reads.
            List<Object> list = answer instanceof List<?> several ? (List<Object>) several : List.of(answer);
            return list;
        } catch (TimeoutException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            throw tooLate(readBudget);
        } catch (ExecutionException | RuntimeException e) {
            if (Refusals.isOfMemory(e)) {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                throw new CacheAwayException("no memory left");
            }
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            if (Refusals.isOfTheLink(e)) {
                link.distrust(live);
            }
            throw new CacheAwayException("failed: " + e.getMessage());
        } catch (InterruptedException e) {
            breaker.releasePermission();
            throw interrupted();
        }
    }

    private static String[] partsOf(String token) throws CacheAwayException {
        String[] parts = token.split(":", -1);
        if (parts.length != 3) {
            throw new CacheAwayException("a token that was not given here");
        }
        return parts;
    }

    private static ScriptOutputType outputOf(Scripts script) {
        return script == Scripts.LOOKUP || script == Scripts.LOOKUP_ALL
                ? ScriptOutputType.MULTI
                : ScriptOutputType.INTEGER;
    }

    /** Unique for each call without the cost of a random one: used only where the clock was lost. */
    private String freshEpoch() {
        return spareEpoch + "-" + Long.toString(System.nanoTime(), 36);
    }

    private static byte[] clock(CacheView view) {
        return bytes("ff:" + view.generation() + ":n");
    }

    private static byte[] answerKey(CacheView view, String key) {
        return bytes("ff:" + view.generation() + ":a:" + key);
    }

    private static byte[] subjectPrefix(CacheView view) {
        return bytes("ff:" + view.generation() + ":s:");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
