package dev.fourfold.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.AnswerStore;
import dev.fourfold.cache.answer.CacheAwayException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.ScriptOutputType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Hot answers in one Redis, by the scripts of {@link Scripts}. */
@Singleton
final class RedisAnswerStore implements AnswerStore {

    private static final int HIT = 1;
    private static final int MARKED = 2;

    private final RedisLink link;
    private final Duration readBudget;
    private final Duration writeBudget;
    private final String spareEpoch = UUID.randomUUID().toString();

    /** Opens after slow or failed calls, so that a slow Redis costs the budget only now and then. */
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "redis-answers",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(10)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(50)
                    .waitDurationInOpenState(Duration.ofSeconds(1))
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build());

    RedisAnswerStore(RedisLink link, RedisConfiguration configuration) {
        this.link = link;
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
                readBudget,
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
        String[] parts = token.split(":", -1);
        if (parts.length != 3) {
            throw new CacheAwayException("a token that was not given here");
        }
        run(
                Scripts.FILL,
                view,
                readBudget,
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
    public void mark(CacheView view, String mark, Collection<String> subjects, Duration longest)
            throws CacheAwayException {
        run(
                Scripts.MARK,
                view,
                writeBudget,
                new byte[][] {clock(view)},
                subjectPrefix(view),
                bytes(freshEpoch()),
                bytes(mark),
                bytes(Long.toString(longest.toMillis())),
                bytes(String.join("\n", subjects)));
    }

    @Override
    public void settle(CacheView view, String mark, Collection<String> subjects) throws CacheAwayException {
        run(
                Scripts.SETTLE,
                view,
                writeBudget,
                new byte[][] {clock(view)},
                subjectPrefix(view),
                bytes(freshEpoch()),
                bytes(mark),
                bytes(String.join("\n", subjects)));
    }

    private List<Object> run(Scripts script, CacheView view, Duration budget, byte[][] keys, byte[]... arguments)
            throws CacheAwayException {
        RedisLink.Live live = link.live();
        if (!live.incarnation().equals(view.incarnation())) {
            throw new CacheAwayException("another start of Redis than the generation's");
        }
        if (!breaker.tryAcquirePermission()) {
            throw new CacheAwayException("slow or failing just now");
        }
        long start = System.nanoTime();
        try {
            Object answer = live.connection()
                    .async()
                    .evalsha(live.scripts().get(script), outputOf(script), keys, arguments)
                    .get(budget.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            @SuppressWarnings("unchecked") // MULTI answers a list, INTEGER a Long that nobody reads.
            List<Object> list = answer instanceof List<?> several ? (List<Object>) several : List.of(answer);
            return list;
        } catch (TimeoutException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            throw new CacheAwayException("no answer within " + budget.toMillis() + " ms");
        } catch (ExecutionException | RuntimeException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            link.distrust(live);
            throw new CacheAwayException("failed: " + e.getMessage());
        } catch (InterruptedException e) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
            throw new CacheAwayException("interrupted");
        }
    }

    private static ScriptOutputType outputOf(Scripts script) {
        return script == Scripts.LOOKUP ? ScriptOutputType.MULTI : ScriptOutputType.INTEGER;
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
