package dev.fourfold.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.WantedGround;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.fakes.FakeGrounds;
import dev.fourfold.gateway.fakes.FakeNamespaces;
import dev.fourfold.gateway.fakes.FakeWork;
import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.NamespacePage;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroundsTest {

    private static final int CALLERS = 10;

    private final CountDownLatch asked = new CountDownLatch(CALLERS);
    private final AtomicBoolean away = new AtomicBoolean();
    private final SlowNamespaces namespaces = new SlowNamespaces();
    private final Grounds grounds = new Grounds(namespaces, new FakeGrounds(), new FakeWork());

    @Test
    void manyWhoFindNoGround_reserveOneAtATime() throws Exception {
        var laid = new AtomicBoolean();
        namespaces.whenReserved(() -> laid.set(true));
        Callable<String> command = () -> grounds.on("n", () -> {
            asked.countDown();
            return laid.get() ? Founded.of("done") : Founded.wanting(new WantedGround("this start", 7));
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(Collections.nCopies(CALLERS, command))) {
                assertThat(one.get()).isEqualTo("done");
            }
        }
        assertThat(namespaces.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void reservationThatFails_failsForAllWhoWaited_andIsTriedAgain() throws Exception {
        away.set(true);
        Callable<Problem> command = () -> {
            try {
                throw new AssertionError(grounds.on("n", () -> {
                    asked.countDown();
                    return Founded.<String>wanting(new WantedGround("this start", 7));
                }));
            } catch (ProblemException e) {
                return e.problem();
            }
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(Collections.nCopies(CALLERS, command))) {
                assertThat(one.get()).isInstanceOf(Problem.Unavailable.class);
            }
        }
        away.set(false);
        var laid = new AtomicBoolean();
        namespaces.whenReserved(() -> laid.set(true));
        assertThat(grounds.on(
                        "n",
                        () -> laid.get() ? Founded.of("done") : Founded.wanting(new WantedGround("this start", 7))))
                .isEqualTo("done");
    }

    @Test
    void whatIsNotThere_isNotMadeByAskingForIt() {
        assertThatThrownBy(
                        () -> grounds.in("n", () -> Founded.<String>wanting(new WantedGround("this start", 7)), () -> {
                            throw Grounds.nothingIn("n");
                        }))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("nothing in");
        assertThat(namespaces.list(null, 10).namespaces()).isEmpty();
    }

    /** Reserves when all callers have asked, so that all who would reserve at once do. */
    private final class SlowNamespaces implements NamespaceOperations {

        private final NamespaceOperations namespaces = new FakeNamespaces();
        private final AtomicInteger reserving = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile Runnable whenReserved = () -> {};

        void whenReserved(Runnable then) {
            whenReserved = then;
        }

        int mostAtOnce() {
            return most.get();
        }

        @Override
        public StateNamespace define(DefineNamespace namespace) {
            return namespaces.define(namespace);
        }

        @Override
        public StateNamespace get(String name) {
            return namespaces.get(name);
        }

        @Override
        public NamespacePage list(@Nullable String after, int limit) {
            return namespaces.list(after, limit);
        }

        @Override
        public TokenBlock reserve(String name, String incarnation) {
            most.accumulateAndGet(reserving.incrementAndGet(), Math::max);
            try {
                if (asked.getCount() < CALLERS) {
                    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
                }
                if (away.get()) {
                    throw new Problem.Unavailable("postgresql", "Away.", Duration.ofSeconds(1)).toException();
                }
                TokenBlock block = namespaces.reserve(name, incarnation);
                whenReserved.run();
                return block;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                reserving.decrementAndGet();
            }
        }

        @Override
        public boolean delete(String name, @Nullable Long lastToken) {
            return namespaces.delete(name, lastToken);
        }
    }
}
