package dev.fourfold.gateway.state;

import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.Usage;
import dev.fourfold.cache.state.WantedGround;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.calls.SharedCalls;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import dev.fourfold.metadata.state.WhenFull;
import dev.fourfold.metadata.work.WorkOperations;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives namespaces in Redis the ground that they stand on: limits, and tokens that are reserved in PostgreSQL for the very
 * start of Redis that wants them.
 */
@Singleton
public final class Grounds {

    /** Grounds that others lay at the same time count as well, so a second attempt finds one. */
    private static final int MOST_ATTEMPTS = 4;

    private static final Duration LONGEST_CLEARING = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final NamespaceOperations namespaces;
    private final GroundOperations grounds;
    private final WorkOperations work;
    private final SharedCalls<String, TokenBlock> laying = new SharedCalls<>();

    Grounds(NamespaceOperations namespaces, GroundOperations grounds, WorkOperations work) {
        this.namespaces = namespaces;
        this.grounds = grounds;
        this.work = work;
    }

    /** Runs a command that may make something; where it wants a ground, lays one and runs the command again. */
    public <T> T on(String namespace, Supplier<Founded<T>> command) {
        return run(namespace, command, null);
    }

    /** Runs a command about what is there; in a namespace that nobody used there is nothing, and so it stays. */
    public <T> T in(String namespace, Supplier<Founded<T>> command, Supplier<T> nothing) {
        return run(namespace, command, nothing);
    }

    /** The answer about something in a namespace that has nothing. */
    public static ProblemException nothingIn(String namespace) {
        return new Problem.NotFound("There is nothing in the namespace '" + namespace + "'.").toException();
    }

    private <T> T run(String namespace, Supplier<Founded<T>> command, @Nullable Supplier<T> nothing) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Founded<T> founded = command.get();
            T outcome = founded.outcome();
            if (outcome != null) {
                return outcome;
            }
            WantedGround wanted = founded.wanted();
            if (wanted == null) {
                throw new Problem.Internal("A command on training state has no outcome").toException();
            }
            if (nothing != null && namespaces.get(namespace).lastToken() == null) {
                return nothing.get();
            }
            // Of all who find a ground missing one lays it, and the others wait for that.
            laying.join(namespace, () -> lay(namespace, wanted));
        }
        throw new Problem.Unavailable(
                        "redis", "Redis forgets the namespace '" + namespace + "' as it is used.", RETRY_AFTER)
                .toException();
    }

    private TokenBlock lay(String namespace, WantedGround wanted) {
        TokenBlock block = namespaces.reserve(namespace, wanted.incarnation());
        grounds.lay(
                namespace,
                new Ground(
                        wanted,
                        limits(block.namespace()),
                        block.firstToken(),
                        block.lastToken(),
                        block.unknownMillis()));
        return block;
    }

    /** How full a namespace is, which takes over the limits that are recorded. */
    public Usage usage(StateNamespace namespace) {
        return grounds.usage(namespace.name(), limits(namespace));
    }

    /** Removes a namespace and all that it holds; {@code InvalidState} while a lease of it is held, or it has work lists. */
    public void delete(String name) {
        if (!work.lists(name, null, 1).lists().isEmpty()) {
            // Asked before anything is removed, so that a refusal leaves all as it was.
            throw new Problem.InvalidState("The namespace '" + name + "' has work lists: remove them first.")
                    .toException();
        }
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LONGEST_CLEARING.toNanos()) {
            // Read first: tokens that are reserved from now on are of a namespace that comes after; those that were
            // before are
            // refused by Redis, should they still be on their way.
            Long lastToken = namespaces.get(name).lastToken();
            long last = lastToken == null ? 0 : lastToken;
            if (on(name, () -> grounds.clear(name, last)).done()) {
                namespaces.delete(name, lastToken);
                return;
            }
        }
        throw new Problem.Unavailable(
                        "redis", "The namespace '" + name + "' is being cleared: delete it again.", RETRY_AFTER)
                .toException();
    }

    private static NamespaceLimits limits(StateNamespace namespace) {
        return new NamespaceLimits(
                namespace.version(),
                namespace.maxKeys(),
                namespace.maxValueBytes(),
                namespace.whenFull() == WhenFull.EVICT,
                namespace.maxLeaseMillis());
    }
}
