package dev.fourfold.cache.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training state promises, for every way to reach it. A subclass gives the operations. */
public abstract class StateOperationsContract {

    private static final AtomicLong TOKENS = new AtomicLong(1);
    private static final long LONG = 20_000;

    protected final String namespace = "n-" + UUID.randomUUID();

    /** Namespaces. */
    protected abstract GroundOperations grounds();

    /** Barriers. */
    protected abstract BarrierOperations barriers();

    /** Leases. */
    protected abstract LeaseOperations leases();

    /** Values and counters. */
    protected abstract ValueOperations values();

    /** What a namespace of these tests may hold unless they say otherwise. */
    protected static NamespaceLimits limits(long version, long maxKeys, boolean evict) {
        return new NamespaceLimits(version, maxKeys, 100, evict, LONG);
    }

    /** Runs a command on a ground that nobody can hold anything of, laid where it is wanted. */
    protected final <T> T on(Supplier<Founded<T>> command) {
        return on(limits(1, 100, false), 1000, 0, command);
    }

    /** Runs a command on a ground of so many tokens, laid where it is wanted. */
    protected final <T> T on(NamespaceLimits limits, long tokens, long unknownMillis, Supplier<Founded<T>> command) {
        for (int attempt = 0; attempt < 5; attempt++) {
            Founded<T> founded = command.get();
            if (founded.outcome() != null) {
                assertThat(founded.wanted()).isNull();
                return founded.outcome();
            }
            WantedGround wanted = wanted(founded);
            long first = TOKENS.getAndAdd(tokens);
            grounds().lay(namespace, new Ground(wanted, limits, first, first + tokens - 1, unknownMillis));
        }
        throw new AssertionError("a ground that is laid is wanted again");
    }

    private static WantedGround wanted(Founded<?> founded) {
        assertThat(founded.outcome()).isNull();
        return Objects.requireNonNull(founded.wanted(), "a ground is wanted");
    }

    private Lease acquire(String name, String holder, long ttlMillis) {
        return on(() -> leases().acquire(namespace, name, new NewLease(holder, ttlMillis)));
    }

    private Lease renew(String name, Lease lease, long ttlMillis) {
        return on(() -> leases().renew(namespace, name, lease.token(), ttlMillis));
    }

    private boolean release(String name, Lease lease) {
        return on(() -> leases().release(namespace, name, lease.token())).held();
    }

    /** What is wrong with a command. */
    protected static Problem problemOf(ThrowingCallable command) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, command);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }

    /** Repeats until it is so. */
    protected static void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(limit);
            Thread.sleep(10);
        }
    }

    private Barrier arrive(String worker, long generation) {
        return on(() -> barriers().arrive(namespace, "b", new Arrival(worker, 3, generation)));
    }

    @Test
    void barrier_opensWhenAllHaveCome_eachCountedOnce() {
        assertThat(problemOf(() -> on(() -> barriers().read(namespace, "b")))).isInstanceOf(Problem.NotFound.class);
        assertThat(arrive("one", 1)).isEqualTo(new Barrier(1, 1, 3, false));
        assertThat(arrive("one", 1)).isEqualTo(new Barrier(1, 1, 3, false));
        assertThat(arrive("two", 1)).isEqualTo(new Barrier(1, 2, 3, false));
        assertThat(on(() -> barriers().read(namespace, "b"))).isEqualTo(new Barrier(1, 2, 3, false));
        assertThat(arrive("three", 1)).isEqualTo(new Barrier(1, 3, 3, true));
        assertThat(on(() -> barriers().read(namespace, "b"))).isEqualTo(new Barrier(2, 0, 3, false));
        assertThat(grounds().usage(namespace, limits(1, 100, false))).isEqualTo(new Usage(1, 1));
        assertThat(arrive("three", 1)).as("a repeat, after a lost answer").isEqualTo(new Barrier(1, 3, 3, true));
        assertThat(arrive("one", 2)).isEqualTo(new Barrier(2, 1, 3, false));
        assertThat(arrive("two", 1)).isEqualTo(new Barrier(1, 3, 3, true));
        assertThat(arrive("two", 2)).isEqualTo(new Barrier(2, 2, 3, false));
        assertThat(arrive("three", 2).open()).isTrue();
    }

    @Test
    void arrivalForTheNextGeneration_saysThatTheCurrentOneIsOpen() {
        arrive("one", 1);
        arrive("two", 1);
        // What Redis has after it forgot that the third had come, and all went on.
        assertThat(arrive("three", 2)).isEqualTo(new Barrier(2, 1, 3, false));
        assertThat(arrive("one", 1)).isEqualTo(new Barrier(1, 3, 3, true));
        assertThat(arrive("two", 1).open()).isTrue();
        assertThat(arrive("one", 2)).isEqualTo(new Barrier(2, 2, 3, false));
        assertThat(arrive("two", 2).open()).isTrue();
    }

    @Test
    void barrier_hasOneNumberOfParties_andARoomInItsNamespace() {
        on(limits(1, 1, true), 10, 0, () -> barriers().arrive(namespace, "b", new Arrival("one", 3, 1)));
        assertThat(problemOf(() -> on(() -> barriers().arrive(namespace, "b", new Arrival("two", 2, 1)))))
                .isInstanceOf(Problem.InvalidState.class);
        assertThat(problemOf(() -> on(() -> barriers().arrive(namespace, "c", new Arrival("two", 2, 1)))))
                .as("a barrier makes no room for another")
                .isInstanceOf(Problem.LimitExceeded.class);
        assertThat(arrive("two", 1).arrived()).isEqualTo(2);
        assertThat(grounds().usage(namespace, limits(1, 1, true))).isEqualTo(new Usage(1, 7));
        assertThat(on(() -> grounds().clear(namespace, 0)).done()).isTrue();
        assertThat(problemOf(() -> on(() -> barriers().read(namespace, "b")))).isInstanceOf(Problem.NotFound.class);
        assertThat(arrive("two", 1).arrived()).as("nobody is left of before").isEqualTo(1);
    }

    @Test
    void arrivalsThatCannotBe_areRefused() {
        for (Arrival wrong : List.of(
                new Arrival("", 3, 1),
                new Arrival("w", 0, 1),
                new Arrival("w", 10_001, 1),
                new Arrival("w", 3, 0),
                new Arrival("w", 3, Long.MAX_VALUE))) {
            assertThat(problemOf(() -> barriers().arrive(namespace, "b", wrong)))
                    .isInstanceOf(Problem.InvalidArgument.class);
        }
        assertThat(problemOf(() -> barriers().read(namespace, "a b"))).isInstanceOf(Problem.InvalidArgument.class);
    }

    @Test
    void lease_hasOneHolderUntilItIsReleased() {
        Lease first = acquire("a", "one", LONG);
        assertThat(first.holder()).isEqualTo("one");
        assertThat(first.remainingMillis()).isEqualTo(LONG);
        assertThat(problemOf(() -> acquire("a", "two", LONG)))
                .isInstanceOfSatisfying(
                        Problem.Conflict.class,
                        held -> assertThat(held.message()).contains("'one'"));
        assertThat(on(() -> leases().read(namespace, "a")).token()).isEqualTo(first.token());
        assertThat(acquire("b", "two", LONG).token()).isGreaterThan(first.token());
        assertThat(release("a", first)).isTrue();
        assertThat(release("a", first)).isFalse();
        assertThat(problemOf(() -> on(() -> leases().read(namespace, "a")))).isInstanceOf(Problem.NotFound.class);
        assertThat(acquire("a", "two", LONG).token()).isGreaterThan(first.token());
        assertThat(release("a", first)).as("a release that comes late").isFalse();
        assertThat(problemOf(() -> renew("a", first, LONG))).isInstanceOf(Problem.InvalidState.class);
    }

    @Test
    void askingAgain_changesNothingAndShortensNothing() {
        Lease first = acquire("a", "one", LONG);
        Lease again = acquire("a", "one", 100);
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(again.remainingMillis()).isBetween(LONG / 2, LONG);
        assertThat(renew("a", first, 100).remainingMillis()).isBetween(LONG / 2, LONG);
    }

    @Test
    void lease_endsByItself_andTheNextHolderHasAGreaterToken() throws Exception {
        Lease first = acquire("a", "one", 100);
        await("the lease ends", () -> {
            try {
                return acquire("a", "two", LONG).token() > first.token();
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Conflict.class);
                return false;
            }
        });
        assertThat(problemOf(() -> renew("a", first, LONG))).isInstanceOf(Problem.InvalidState.class);
        assertThat(grounds().usage(namespace, limits(1, 100, false)).keys()).isEqualTo(1);
    }

    @Test
    void manyWhoAskAtOnce_areGrantedOnce() throws Exception {
        acquire("warm", "one", LONG);
        for (int round = 0; round < 5; round++) {
            String name = "race" + round;
            var granted = new ArrayList<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var asked = new ArrayList<Callable<Void>>();
                for (int i = 0; i < 20; i++) {
                    String holder = "w" + i;
                    asked.add(() -> {
                        try {
                            Lease lease = acquire(name, holder, LONG);
                            synchronized (granted) {
                                granted.add(lease.holder());
                            }
                        } catch (ProblemException e) {
                            assertThat(e.problem()).isInstanceOf(Problem.Conflict.class);
                        }
                        return null;
                    });
                }
                for (var one : threads.invokeAll(asked)) {
                    one.get();
                }
            }
            assertThat(granted).hasSize(1);
        }
    }

    @Test
    void tokensThatAreUsedUp_areFollowedByGreaterOnes() {
        var tokens = new ArrayList<Long>();
        for (int i = 0; i < 10; i++) {
            String name = "l" + i;
            tokens.add(on(limits(1, 100, false), 3, 0, () -> leases().acquire(namespace, name, new NewLease("w", LONG)))
                    .token());
        }
        assertThat(tokens).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void groundOfWhichSomethingMayBeHeld_isClosedForSoLong() throws Exception {
        Supplier<Founded<Lease>> asking = () -> leases().acquire(namespace, "a", new NewLease("w", 1_000));
        Problem problem = problemOf(() -> on(limits(1, 100, false), 10, 300, asking));
        assertThat(problem)
                .isInstanceOfSatisfying(
                        Problem.Unavailable.class,
                        closed -> assertThat(closed.message()).contains("may be held"));
        assertThat(problemOf(() -> on(() -> leases().read(namespace, "a")))).isInstanceOf(Problem.Unavailable.class);
        assertThat(problemOf(() -> on(() -> grounds().clear(namespace, 0)))).isInstanceOf(Problem.Unavailable.class);
        await("it opens", () -> {
            try {
                return on(asking).token() > 0;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                return false;
            }
        });
    }

    @Test
    void groundThatComesLate_isNotLaid() {
        WantedGround wanted = wanted(leases().acquire(namespace, "a", new NewLease("w", LONG)));
        var late = new WantedGround(wanted.incarnation(), wanted.atMillis() - 11_000);
        var ofAnother = new WantedGround("another start", wanted.atMillis());
        for (WantedGround wrong : List.of(late, ofAnother)) {
            long first = TOKENS.getAndAdd(10);
            grounds().lay(namespace, new Ground(wrong, limits(1, 100, false), first, first + 9, 0));
            assertThat(leases().acquire(namespace, "a", new NewLease("w", LONG)).wanted())
                    .isNotNull();
        }
        long second = TOKENS.getAndAdd(20) + 10;
        grounds().lay(namespace, new Ground(wanted, limits(1, 100, false), second, second, 0));
        Lease lease = acquire("a", "w", LONG);
        assertThat(lease.token()).isEqualTo(second);
        WantedGround more = wanted(leases().acquire(namespace, "b", new NewLease("w", LONG))); // One token was there.
        grounds().lay(namespace, new Ground(more, limits(1, 100, false), second - 10, second - 1, 0));
        assertThat(leases().acquire(namespace, "b", new NewLease("w", LONG)).wanted())
                .as("smaller tokens than those that were given")
                .isNotNull();
    }

    @Test
    void fullNamespace_refusesUntilThereIsRoom() throws Exception {
        NamespaceLimits two = limits(1, 2, false);
        on(two, 100, 0, () -> leases().acquire(namespace, "a", new NewLease("w", 200)));
        Lease b = acquire("b", "w", LONG);
        assertThat(grounds().usage(namespace, two)).isEqualTo(new Usage(2, 4));
        assertThat(problemOf(() -> acquire("c", "w", LONG))).isInstanceOf(Problem.LimitExceeded.class);
        assertThat(acquire("b", "w", LONG).token()).as("what is there").isEqualTo(b.token());
        await("what expired counts no more", () -> {
            try {
                return acquire("c", "w", LONG).token() > 0;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class);
                return false;
            }
        });
        assertThat(problemOf(() -> acquire("d", "w", LONG))).isInstanceOf(Problem.LimitExceeded.class);
        assertThat(grounds().usage(namespace, limits(2, 3, false)).keys()).isEqualTo(2);
        acquire("d", "w", LONG);
        assertThat(grounds().usage(namespace, two).keys())
                .as("older limits replace none")
                .isEqualTo(3);
        assertThat(problemOf(() -> acquire("e", "w", LONG)).message()).contains("3 keys");
    }

    @Test
    void leaseForLongerThanAllowed_isRefused() {
        Lease lease = acquire("a", "one", LONG);
        assertThat(problemOf(() -> acquire("b", "one", LONG + 1))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(problemOf(() -> renew("a", lease, LONG + 1))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(problemOf(() -> acquire("b", "one", 99))).isInstanceOf(Problem.InvalidArgument.class);
    }

    @Test
    void namespace_isClearedWhenNobodyHoldsALease() {
        Lease lease = acquire("a", "one", LONG);
        assertThat(problemOf(() -> on(() -> grounds().clear(namespace, 0)))).isInstanceOf(Problem.InvalidState.class);
        assertThat(release("a", lease)).isTrue();
        assertThat(on(() -> grounds().clear(namespace, 0)).done()).isTrue();
        assertThat(grounds().usage(namespace, limits(1, 100, false))).isEqualTo(new Usage(0, 0));
        WantedGround after = wanted(leases().acquire(namespace, "a", new NewLease("w", LONG)));
        grounds().lay(namespace, new Ground(after, limits(1, 100, false), 1, lease.token(), 0));
        assertThat(leases().acquire(namespace, "a", new NewLease("w", LONG)).wanted())
                .as("a ground that was reserved before the namespace was deleted")
                .isNotNull();
        assertThat(acquire("a", "w", LONG).token()).isGreaterThan(lease.token());
    }

    @Test
    void groundThatIsOnItsWayWhenANamespaceIsDeleted_isNotLaid() {
        release("a", acquire("a", "one", LONG));
        WantedGround wanted = wanted(
                leases().acquire("other-" + namespace, "a", new NewLease("w", LONG))); // Of now, and of this start.
        long reserved = TOKENS.getAndAdd(20);
        assertThat(on(() -> grounds().clear(namespace, reserved + 9)).done()).isTrue();
        grounds().lay(namespace, new Ground(wanted, limits(1, 100, false), reserved, reserved + 9, 0));
        assertThat(leases().acquire(namespace, "a", new NewLease("w", LONG)).wanted())
                .as("its tokens were reserved before")
                .isNotNull();
        grounds().lay(namespace, new Ground(wanted, limits(1, 100, false), reserved + 10, reserved + 19, 0));
        assertThat(acquire("a", "w", LONG).token()).isEqualTo(reserved + 10);
    }

    @Test
    void namespaceOfNobody_isClearAlready_butNotOneThatMayBeForgotten() {
        assertThat(grounds().clear(namespace, 0).outcome()).isEqualTo(new Cleared(true));
        assertThat(grounds().clear(namespace, 7).wanted()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{a}", "a/b", "é", "a\n", "-a"})
    void namesThatCannotBe_areRefused(String wrong) {
        assertThat(problemOf(() -> leases().read(namespace, wrong))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(problemOf(() -> leases().read(wrong, "a"))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(problemOf(() -> grounds().clear(wrong, 0))).isInstanceOf(Problem.InvalidArgument.class);
    }

    @Test
    void holdersThatCannotBe_areRefused() {
        for (String wrong : List.of("", "a\nb", "x".repeat(251))) {
            assertThat(problemOf(() -> acquire("a", wrong, LONG))).isInstanceOf(Problem.InvalidArgument.class);
        }
        assertThat(acquire("a", "Zoë {1} %", LONG).holder()).isEqualTo("Zoë {1} %");
    }

    private StoredValue set(String key, String value, @Nullable Long version) {
        return on(() -> values().set(namespace, key, new SetValue(value, null, version, null)));
    }

    private long add(String counter, long by, @Nullable String requestId) {
        return on(() -> values().add(namespace, counter, new Addition(by, requestId)))
                .value();
    }

    @Test
    void value_isReplacedWhereItHasTheVersion() {
        StoredValue first = set("k", "é one", 0L);
        assertThat(on(() -> values().get(namespace, "k"))).isEqualTo(first);
        assertThat(first.value()).isEqualTo("é one");
        assertThat(first.remainingMillis()).isNull();
        assertThat(problemOf(() -> set("k", "two", 0L))).isInstanceOf(Problem.Conflict.class);
        StoredValue second = set("k", "", first.version());
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(problemOf(() -> set("k", "three", first.version()))).isInstanceOf(Problem.Conflict.class);
        assertThat(problemOf(() -> on(() -> values().remove(namespace, "k", first.version(), null))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(on(() -> values().remove(namespace, "k", second.version(), null))
                        .found())
                .isTrue();
        assertThat(on(() -> values().remove(namespace, "k", second.version(), null))
                        .found())
                .isFalse();
        assertThat(problemOf(() -> on(() -> values().get(namespace, "k")))).isInstanceOf(Problem.NotFound.class);
        assertThat(problemOf(() -> set("k", "four", second.version()))).isInstanceOf(Problem.Conflict.class);
        assertThat(set("k", "five", null).version()).isGreaterThan(second.version());
        assertThat(grounds().usage(namespace, limits(1, 100, false))).isEqualTo(new Usage(1, 5));
    }

    @Test
    void repeatOfASetting_changesNothing() {
        Supplier<Founded<StoredValue>> setting =
                () -> values().set(namespace, "k", new SetValue("one", 10_000L, 0L, "request 1"));
        StoredValue first = on(setting);
        StoredValue again = on(setting);
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(again.remainingMillis()).isBetween(1L, 10_000L);
    }

    @Test
    void requestThatIsRepeated_changesNothingOfWhatOthersDidInBetween() {
        Supplier<Founded<StoredValue>> setting =
                () -> values().set(namespace, "k", new SetValue("one", null, null, "set"));
        StoredValue first = on(setting);
        StoredValue others = set("k", "two", null);
        assertThat(on(setting)).isEqualTo(first);
        assertThat(on(() -> values().get(namespace, "k"))).isEqualTo(others);

        Supplier<Founded<Removed>> removing = () -> values().remove(namespace, "k", null, "remove");
        assertThat(on(removing).found()).isTrue();
        assertThat(on(setting)).as("also of what is removed").isEqualTo(first);
        assertThat(problemOf(() -> on(() -> values().get(namespace, "k")))).isInstanceOf(Problem.NotFound.class);
        set("k", "three", null);
        assertThat(on(removing).found()).isTrue();
        assertThat(on(() -> values().get(namespace, "k")).value()).isEqualTo("three");

        Supplier<Founded<Removed>> tooEarly = () -> values().remove(namespace, "later", null, "remove");
        assertThat(on(tooEarly).found()).isFalse();
        set("later", "four", null);
        assertThat(on(tooEarly).found()).isFalse();
        assertThat(on(() -> values().get(namespace, "later")).value()).isEqualTo("four");
    }

    @Test
    void requestIdOfAnotherRequest_isRefused_howeverOftenItComes() {
        Supplier<Founded<StoredValue>> other =
                () -> values().set(namespace, "k", new SetValue("two", null, null, "id"));
        Supplier<Founded<Removed>> removing = () -> values().remove(namespace, "k", null, "id");
        Supplier<Founded<Removed>> removingThat = () -> values().remove(namespace, "k", 1L, "id");
        on(() -> values().set(namespace, "k", new SetValue("one", null, null, "id")));
        for (int i = 0; i < 20; i++) {
            refused(other, removing, removingThat);
        }
        assertThat(on(() -> values().get(namespace, "k")).value()).isEqualTo("one");
        assertThat(on(() -> values().remove(namespace, "l", null, "id")).found())
                .isFalse();
        for (int i = 0; i < 20; i++) {
            refused(() -> values().set(namespace, "l", new SetValue("one", null, null, "id")));
        }
        add("c", 1, "id");
        refused(
                () -> values().add(namespace, "c", new Addition(2, "id")),
                () -> values().removeCounter(namespace, "c", "id"));
        assertThat(add("c", 1, "id")).isEqualTo(1);
        assertThat(on(() -> values().removeCounter(namespace, "d", "id")).found())
                .isFalse();
        refused(() -> values().add(namespace, "d", new Addition(1, "id")));
    }

    @SafeVarargs
    private static void refused(Supplier<? extends Founded<?>>... commands) {
        for (Supplier<? extends Founded<?>> command : commands) {
            assertThat(problemOf(command::get)).isInstanceOf(Problem.InvalidArgument.class);
        }
    }

    @Test
    void additionThatIsRepeated_isCountedOnceAlsoWhenItsCounterWasRemoved() {
        add("c", 5, "a");
        Supplier<Founded<Removed>> removing = () -> values().removeCounter(namespace, "c", "remove");
        assertThat(on(removing).found()).isTrue();
        assertThat(add("c", 5, "a")).isEqualTo(5);
        assertThat(problemOf(() -> on(() -> values().count(namespace, "c")))).isInstanceOf(Problem.NotFound.class);
        add("c", 2, "b");
        assertThat(on(removing).found()).isTrue();
        assertThat(on(() -> values().count(namespace, "c")).value()).isEqualTo(2);
        assertThat(add("d", 1, "a")).as("another counter's").isEqualTo(1);
    }

    @Test
    void value_goesWhenItsTimeIsOver() throws Exception {
        on(() -> values().set(namespace, "k", new SetValue("v", 100L, null, null)));
        await("it is over", () -> {
            try {
                on(() -> values().get(namespace, "k"));
                return false;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.NotFound.class);
                return true;
            }
        });
        assertThat(grounds().usage(namespace, limits(1, 100, false)).keys()).isZero();
        set("k", "again", 0L);
    }

    @Test
    void valueThatIsTooLarge_isRefused() {
        set("k", "x".repeat(100), null);
        assertThat(problemOf(() -> set("k", "x".repeat(101), null))).isInstanceOf(Problem.TooLarge.class);
        assertThat(problemOf(() -> set("k", "é".repeat(51), null))).isInstanceOf(Problem.TooLarge.class);
        assertThat(problemOf(() -> set("k", "\ud800", null))).isInstanceOf(Problem.InvalidArgument.class);
    }

    @Test
    void valueOfTheGreatestSize_isKept_howeverItsCharactersAreWritten() {
        var large = new NamespaceLimits(1, 100, ValueOperations.MOST_VALUE_BYTES, false, LONG);
        String value = "\u0001".repeat(ValueOperations.MOST_VALUE_BYTES);
        on(large, 100, 0, () -> values().set(namespace, "k", new SetValue(value, null, null, null)));
        assertThat(on(() -> values().get(namespace, "k")).value().equals(value)).isTrue();
    }

    @Test
    void fullNamespaceThatEvicts_givesUpWhatWasWrittenLongestAgo_andNoLease() throws Exception {
        NamespaceLimits three = limits(1, 3, true);
        on(three, 100, 0, () -> leases().acquire(namespace, "l", new NewLease("w", LONG)));
        set("old", "1", null);
        Thread.sleep(2); // By the millisecond.
        add("young", 1, null);
        Thread.sleep(2);
        set("old", "2", null);
        Thread.sleep(2);
        set("new", "3", null);
        assertThat(problemOf(() -> on(() -> values().count(namespace, "young"))))
                .isInstanceOf(Problem.NotFound.class);
        assertThat(on(() -> values().get(namespace, "old")).value()).isEqualTo("2");
        for (int i = 0; i < 5; i++) {
            set("more" + i, "x", null);
        }
        assertThat(on(() -> leases().read(namespace, "l")).holder()).isEqualTo("w");
        assertThat(grounds().usage(namespace, three).keys()).isEqualTo(3);
        acquire("m", "w", LONG);
        acquire("n", "w", LONG);
        assertThat(problemOf(() -> acquire("o", "w", LONG))).isInstanceOf(Problem.LimitExceeded.class);
        assertThat(problemOf(() -> set("k", "v", null))).isInstanceOf(Problem.LimitExceeded.class);
    }

    @Test
    void counter_countsEachRequestOnce() throws Exception {
        assertThat(problemOf(() -> on(() -> values().count(namespace, "c")))).isInstanceOf(Problem.NotFound.class);
        assertThat(add("c", 5, "a")).isEqualTo(5);
        assertThat(add("c", -2, "b")).isEqualTo(3);
        assertThat(add("c", 5, "a")).isEqualTo(5);
        assertThat(add("c", 1, null)).isEqualTo(4);
        assertThat(add("c", 1, null)).isEqualTo(5);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var adding = new ArrayList<Callable<Long>>();
            for (int i = 0; i < 100; i++) {
                String request = "r" + i / 2;
                adding.add(() -> add("c", 1, request));
            }
            for (var one : threads.invokeAll(adding)) {
                one.get();
            }
        }
        assertThat(on(() -> values().count(namespace, "c")).value()).isEqualTo(55);
        assertThat(on(() -> values().removeCounter(namespace, "c", null)).found())
                .isTrue();
        assertThat(on(() -> values().removeCounter(namespace, "c", null)).found())
                .isFalse();
        assertThat(grounds().usage(namespace, limits(1, 100, false))).isEqualTo(new Usage(0, 0));
    }

    @Test
    void counterPast64Bits_isRefusedAndStaysAsItWas() {
        assertThat(add("c", Long.MAX_VALUE, null)).isEqualTo(Long.MAX_VALUE);
        assertThat(problemOf(() -> add("c", 1, "r"))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(on(() -> values().count(namespace, "c")).value()).isEqualTo(Long.MAX_VALUE);
        assertThat(add("c", -1, "r")).isEqualTo(Long.MAX_VALUE - 1);
    }
}
