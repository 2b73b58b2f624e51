package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.StartHeart;
import dev.fourfold.cache.heart.Watcher;
import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.Usage;
import dev.fourfold.cache.state.WantedGround;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.RedisStore;
import io.lettuce.core.RedisClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that has no memory left and evicts nothing: what is there can be read, prolonged and removed. */
final class ITRedisFull {

    private static final Duration BUDGET = Duration.ofSeconds(5);
    private static final NamespaceLimits LIMITS = new NamespaceLimits(1, 100, 1_000, false, 20_000);

    @TempDir
    private static Path folder;

    private static RedisStore store;
    private static RedisLink state;
    private static RedisLink answering;

    private static RedisGroundStore grounds;
    private static RedisLeaseStore leases;
    private static RedisValueStore values;
    private static RedisBarrierStore barriers;
    private static RedisBeatStore beats;

    private String namespace = "";
    private long tokens = 1;

    @BeforeAll
    static void start() throws Exception {
        store = RedisStore.start(folder, 0);
        var scripts = new ArrayList<Script>(List.of(StateScripts.values()));
        scripts.addAll(List.of(HeartScripts.values()));
        state = link(scripts);
        answering = link(List.of(Scripts.values()));
        awaited(state::live);
        awaited(answering::live);
        var runner = new StateRunner(state, new StateRedisConfiguration(store.url(), BUDGET, Duration.ZERO));
        grounds = new RedisGroundStore(runner);
        leases = new RedisLeaseStore(runner);
        values = new RedisValueStore(runner);
        barriers = new RedisBarrierStore(runner);
        beats = new RedisBeatStore(runner, new HeartsConfiguration(100));
    }

    @AfterAll
    static void stop() throws Exception {
        state.close();
        answering.close();
        store.close();
    }

    @BeforeEach
    void begin() {
        namespace = "n-" + System.nanoTime();
        memory(0);
    }

    @AfterEach
    void leave() {
        memory(0);
    }

    @Test
    void whatAddsSomething_isRefused_andTheConnectionStaysInUse() throws Exception {
        on(() -> leases.acquire(namespace, "a", new NewLease("w", 10_000)));
        on(() -> barriers.arrive(namespace, "b", new Arrival("one", 3, 1), BUDGET.multipliedBy(100)));
        RedisLink.Live before = state.live();
        memory(1);
        for (int i = 0; i < 10; i++) {
            refused(() -> on(() -> leases.acquire(namespace, "more", new NewLease("w", 10_000))));
            refused(() -> on(() -> values.set(namespace, "k", new SetValue("v", null, null, null))));
            refused(() -> on(() -> values.add(namespace, "c", new Addition(1, null))));
            refused(() ->
                    on(() -> barriers.arrive(namespace, "b", new Arrival("two", 3, 1), BUDGET.multipliedBy(100))));
        }
        assertThat(state.live()).isSameAs(before);
        assertThat(usage().keys()).isEqualTo(2);
        memory(0);
        on(() -> values.set(namespace, "k", new SetValue("v", null, null, null)));
    }

    @Test
    void whatIsThere_isReadProlongedAndRemoved() {
        var mine = on(() -> leases.acquire(namespace, "a", new NewLease("w", 9_000)));
        var value = on(() -> values.set(namespace, "k", new SetValue("v", null, null, null)));
        on(() -> values.add(namespace, "c", new Addition(1, "r")));
        var arrival = new Arrival("one", 3, 1);
        on(() -> barriers.arrive(namespace, "b", arrival, Duration.ofDays(1)));
        memory(1);
        assertThat(on(() -> leases.renew(namespace, "a", mine.token(), 10_000)).remainingMillis())
                .isEqualTo(10_000);
        assertThat(on(() -> leases.acquire(namespace, "a", new NewLease("w", 20_000))))
                .as("who holds it asks again")
                .isEqualTo(new Lease("w", mine.token(), 20_000));
        assertThat(on(() -> values.get(namespace, "k"))).isEqualTo(value);
        assertThat(on(() -> values.add(namespace, "c", new Addition(1, "r"))).value())
                .as("a repeat")
                .isEqualTo(1);
        assertThat(on(() -> barriers.arrive(namespace, "b", arrival, Duration.ofDays(1))))
                .isEqualTo(new Barrier(1, 1, 3, false));
        assertThat(on(() -> leases.release(namespace, "a", mine.token())).held())
                .isTrue();
        assertThat(on(() -> values.remove(namespace, "k", value.version(), null))
                        .found())
                .isTrue();
        assertThat(on(() -> values.remove(namespace, "k", null, "nothing there"))
                        .found())
                .isFalse();
        assertThat(on(() -> values.removeCounter(namespace, "c", "counter")).found())
                .isTrue();
        assertThat(usage().keys()).isEqualTo(1);
        assertThat(on(() -> grounds.clear(namespace, 0)).done()).isTrue();
        assertThat(usage()).isEqualTo(new Usage(0, 0));
    }

    @Test
    void whatIsOver_goesThoughNothingMayCome() throws Exception {
        on(() -> values.set(namespace, "k", new SetValue("v", 1L, null, null)));
        Thread.sleep(5); // By the millisecond.
        memory(1);
        refused(() -> on(() -> values.set(namespace, "l", new SetValue("v", null, null, null))));
        try (var client = RedisClient.create(store.url());
                var connection = client.connect()) {
            assertThat(connection.sync().exists("ffs:{" + namespace + "}:k:k")).isZero();
        }
    }

    /** What was refused would be missed like a beat that never came. */
    @Test
    void beats_areHeard_andHeartsBegin() {
        memory(1);
        var watcher = new Watcher("w", 60_000, 60_000);
        for (String run : List.of(namespace + "-1", namespace + "-2")) {
            var unknown = beats.beat(run, new Beat(5_000, ""));
            assertThat(unknown.number()).isNull();
            assertThat(beats.start(run, new StartHeart(unknown.incarnation(), unknown.atMillis(), 7, 5_000, ""))
                            .started())
                    .isTrue();
            assertThat(beats.beat(run, new Beat(5_000, "")).number()).isEqualTo(7);
        }
        assertThat(beats.overdue(watcher, 100).known()).isEqualTo(2);
        beats.forget(List.of(new HeartNumber(namespace + "-1", 7), new HeartNumber(namespace + "-2", 7)));
        assertThat(beats.overdue(watcher, 100).known()).isZero();
    }

    /** It would forget who holds a lease, and grant it to another. */
    @Test
    void serverThatEvictsWhateverItHas_isOfNoUse() throws Exception {
        on(() -> leases.acquire(namespace, "a", new NewLease("w", 10_000)));
        var status = new RedisStatus(answering, state);
        configure("maxmemory-policy", "allkeys-lru");
        memory(1 << 30);
        try {
            await(() -> String.valueOf(status.status().detail()).contains("maxmemory-policy allkeys-lru"));
            assertThatThrownBy(() -> leases.acquire(namespace, "a", new NewLease("w", 10_000)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem())
                                    .isInstanceOfSatisfying(
                                            Problem.Unavailable.class,
                                            away -> assertThat(away.message()).contains("must not evict")));
            awaited(answering::live);
        } finally {
            configure("maxmemory-policy", "noeviction");
        }
        await(() -> status.status().available());
        assertThat(on(() -> leases.acquire(namespace, "a", new NewLease("w", 10_000)))
                        .holder())
                .isEqualTo("w");
    }

    @Test
    void ground_isLaidForWhoHoldsSomething() {
        memory(1);
        Problem problem = catchThrowableOfType(
                        ProblemException.class, () -> on(() -> leases.renew(namespace, "a", 1, 1_000)))
                .problem();
        assertThat(problem).as("lost, which is an answer").isInstanceOf(Problem.InvalidState.class);
    }

    @Test
    void answers_areMarkedAndRead_butNotFilled() throws Exception {
        var store = new RedisAnswerStore(answering, new RedisConfiguration(ITRedisFull.store.url(), BUDGET, BUDGET));
        var view = new CacheView(System.nanoTime(), answering.live().incarnation());
        while (store.lookup(view, "run:1") instanceof Lookup.Miss(String token)) {
            store.fill(view, "run:1", token, List.of("run:1"), new byte[] {1}, Duration.ofMinutes(1));
        }
        RedisLink.Live before = answering.live();
        memory(1);
        assertThat(store.lookup(view, "run:1")).isInstanceOf(Lookup.Hit.class);
        store.mark(view, "m", List.of("run:1"), Duration.ofMinutes(1));
        assertThat(store.lookup(view, "run:1")).isInstanceOf(Lookup.Bypass.class);
        store.settle(view, "m", List.of("run:1"));
        for (int i = 0; i < 10; i++) {
            assertThat(store.lookup(view, "run:1"))
                    .isInstanceOfSatisfying(
                            Lookup.Miss.class,
                            miss -> assertThatThrownBy(() -> store.fill(
                                            view,
                                            "run:1",
                                            miss.token(),
                                            List.of("run:1"),
                                            new byte[] {1},
                                            Duration.ofMinutes(1)))
                                    .isInstanceOfSatisfying(
                                            CacheAwayException.class,
                                            away -> assertThat(away.reason()).isEqualTo("no memory left")));
        }
        assertThat(answering.live()).isSameAs(before);
    }

    private Usage usage() {
        return grounds.usage(namespace, LIMITS);
    }

    private static void refused(Callable<?> command) {
        assertThatThrownBy(command::call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.LimitExceeded.class,
                                        full -> assertThat(full.message()).contains("no memory")));
    }

    private <T> T on(Supplier<Founded<T>> command) {
        Founded<T> founded = command.get();
        if (founded.outcome() == null) {
            WantedGround wanted = Objects.requireNonNull(founded.wanted());
            grounds.lay(namespace, new Ground(wanted, LIMITS, tokens, tokens + 99, 0));
            tokens += 100;
            founded = command.get();
        }
        return Objects.requireNonNull(founded.outcome());
    }

    /** The most bytes that Redis may use: 1 for none, 0 for any. */
    private static void memory(long bytes) {
        configure("maxmemory", Long.toString(bytes));
    }

    private static void configure(String what, String value) {
        try (var client = RedisClient.create(store.url());
                var connection = client.connect()) {
            connection.sync().configSet(what, value);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.sleep(10);
        }
    }

    private static RedisLink link(List<? extends Script> scripts) {
        return new RedisLink(
                RedisAddress.of(store.url(), TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
                scripts);
    }

    private static <T> T awaited(Callable<T> call) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return call.call();
            } catch (CacheAwayException e) {
                assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
                Thread.sleep(10);
            }
        }
    }
}
