package dev.fourfold.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.StateProblems;
import dev.fourfold.cache.state.WantedGround;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.ScriptOutputType;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Runs scripts of training state, each on one start of Redis, and reads what all of them may answer. */
@Singleton
final class StateRunner {

    private final RedisLink link;
    private final Duration budget;
    private final Duration failoverMargin;

    /** Opens after calls that failed or took too long, so that a Redis that hangs does not hold every caller. */
    private final CircuitBreaker breaker = Breakers.of("redis-state");

    StateRunner(@Named(RedisLinks.STATE) RedisLink link, StateRedisConfiguration configuration) {
        this.link = link;
        budget = configuration.budget();
        failoverMargin = configuration.failoverMargin();
    }

    /**
     * What a script answered.
     *
     * @param incarnation the start of Redis that answered
     * @param parts the first says how it went
     */
    record Reply(String incarnation, List<String> parts) {

        String status() {
            return parts.getFirst();
        }

        String text(int i) {
            return parts.get(i);
        }

        long number(int i) {
            return Long.parseLong(parts.get(i));
        }
    }

    /**
     * For how long a server that was replaced may go on granting leases to those who are connected to it; zero where none is
     * ever replaced.
     */
    Duration replacedFor() {
        return link.mayBeReplaced() ? failoverMargin : Duration.ZERO;
    }

    /** Runs a script about a namespace. @throws ProblemException {@code Unavailable} for an unknown outcome too */
    Reply run(StateScripts script, String namespace, String... arguments) {
        return runOn(script, "ffs:{" + namespace + "}:n", arguments);
    }

    /** Runs a script of the link, which is told the start of Redis before its arguments. */
    Reply runOn(Script script, String key, String... arguments) {
        RedisLink.Live live;
        try {
            live = link.live();
        } catch (CacheAwayException e) {
            throw StateProblems.away(e.reason()).toException();
        }
        if (live.evicting() != null) {
            // A lease that is gone would be granted again while its holder has it.
            throw StateProblems.away(evicts(live.evicting())).toException();
        }
        if (!breaker.tryAcquirePermission()) {
            throw StateProblems.away("slow or failing just now").toException();
        }
        var given = new byte[arguments.length + 1][];
        given[0] = bytes(live.incarnation());
        for (int i = 0; i < arguments.length; i++) {
            given[i + 1] = bytes(arguments[i]);
        }
        long start = System.nanoTime();
        try {
            List<byte[]> answer = live.connection()
                    .async()
                    .<List<byte[]>>evalsha(
                            live.scripts().get(script), ScriptOutputType.MULTI, new byte[][] {bytes(key)}, given)
                    .get(budget.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return new Reply(
                    live.incarnation(),
                    answer.stream().map(part -> new String(part, UTF_8)).toList());
        } catch (TimeoutException e) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            throw StateProblems.away("no answer within " + budget.toMillis() + " ms")
                    .toException();
        } catch (ExecutionException | RuntimeException e) {
            if (Refusals.isOfMemory(e)) {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                throw StateProblems.noMemory().toException(e);
            }
            if (Refusals.isOfTheLink(e)) {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
                link.distrust(live);
            } else {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS); // It answers, and at once.
            }
            throw StateProblems.away("failed: " + e.getMessage()).toException(e);
        } catch (InterruptedException e) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
            throw StateProblems.away("interrupted").toException();
        }
    }

    /** Why a server is of no use for training state. */
    static String evicts(String policy) {
        return "it must not evict training state, and has maxmemory-policy " + policy;
    }

    /** The outcome of a command, after what may be answered to any: that a ground is wanted, or a problem. */
    static <T> Founded<T> outcome(String namespace, Reply reply, Function<Reply, T> reader) {
        return switch (reply.status()) {
            case "ground" -> Founded.wanting(new WantedGround(reply.incarnation(), reply.number(1)));
            case "closed" ->
                throw StateProblems.closed(namespace, Duration.ofMillis(reply.number(1)))
                        .toException();
            case "memory" -> throw StateProblems.noMemory().toException();
            case "full" -> throw StateProblems.full(namespace, reply.number(1)).toException();
            case "reused" -> throw StateProblems.reused().toException();
            case "long" ->
                throw StateProblems.tooLong(namespace, reply.number(1)).toException();
            default -> Founded.of(reader.apply(reply));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
