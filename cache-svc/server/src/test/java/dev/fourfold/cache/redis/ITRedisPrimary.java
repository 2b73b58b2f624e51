package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.WantedGround;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.RedisSentinel;
import dev.fourfold.embedded.RedisSettings;
import dev.fourfold.embedded.RedisStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary, a replica of it, and Sentinels: only a primary is used, and only as long as it is one. */
final class ITRedisPrimary {

    private static final String PASSWORD = "one-for-all-of-them";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void aReplica_isNotUsed() throws Exception {
        RedisStore primary = redis("primary", Map.of());
        RedisStore replica = replicaOf(primary);
        RedisLink link = link(replica.url());
        RedisLink other = link(primary.url());
        RedisLink.Live theirs = await(other::live);
        assertThat(catchThrowable(link::live)).isInstanceOf(CacheAwayException.class);
        on(replica, redis -> redis.replicaofNoOne());
        assertThat(await(link::live).incarnation()).isNotEqualTo(theirs.incarnation());
    }

    @Test
    void aPrimaryThatBecomesAReplica_givesNoHitFromThatMomentOn_andIsAnotherWhenItIsAPrimaryAgain() throws Exception {
        RedisStore primary = redis("primary", Map.of());
        RedisStore replica = replicaOf(primary);
        RedisLink link = link(primary.url());
        var store = new RedisAnswerStore(link, configuration(primary.url()));
        var view = new CacheView(1, await(link::live).incarnation());
        fill(store, view);
        assertThat(store.lookup(view, "run:1")).isInstanceOf(Lookup.Hit.class);

        on(replica, redis -> redis.replicaofNoOne());
        on(primary, redis -> redis.replicaof(EmbeddedStore.HOST, replica.port()));
        // Nobody has cut the link: the lookup itself finds out.
        assertThat(catchThrowable(() -> store.lookup(view, "run:1"))).isInstanceOf(CacheAwayException.class);
        on(primary, redis -> redis.replicaofNoOne());
        String incarnation = await(() -> other(link, view.incarnation())).incarnation();
        assertThat(incarnation).startsWith(view.incarnation().substring(0, 40)); // The same start, another history.
        assertThat(catchThrowable(() -> store.lookup(view, "run:1"))).isInstanceOf(CacheAwayException.class);
    }

    @Test
    void sentinels_leadToThePrimary_afterItsDeathToTheNext_andNeverBackToTheOneThatWakesUp() throws Exception {
        RedisStore primary = redis("primary", Map.of());
        RedisStore replica = replicaOf(primary);
        List<RedisSentinel> sentinels =
                List.of(sentinel("first", primary, 2), sentinel("second", primary, 2), sentinel("third", primary, 2));
        for (RedisSentinel one : sentinels) {
            await(() -> told(one, "num-other-sentinels").equals("2")
                            && told(one, "num-slaves").equals("1")
                    ? one
                    : null);
        }
        String url = sentinels.stream()
                .map(one -> EmbeddedStore.HOST + ":" + one.port())
                .collect(Collectors.joining(",", "redis-sentinel://:" + PASSWORD + "@", "#" + RedisSentinel.PRIMARY));
        RedisLink link = link(url);
        var store = new RedisAnswerStore(link, configuration(url));
        assertThat(await(link::live).server().getPort()).isEqualTo(primary.port());
        var before = new CacheView(1, link.live().incarnation());
        fill(store, before);

        // One Sentinel dies too, the one that was asked: the other two agree, and are asked.
        kill(sentinels.getFirst());
        kill(primary);
        RedisLink.Live next = await(() -> other(link, before.incarnation()));
        assertThat(next.server().getPort()).isEqualTo(replica.port());
        assertThat(catchThrowable(() -> store.lookup(before, "run:1"))).isInstanceOf(CacheAwayException.class);
        var after = new CacheView(2, next.incarnation());
        fill(store, after);
        assertThat(store.lookup(after, "run:1")).isInstanceOf(Lookup.Hit.class);

        // It wakes up as the primary that it was, until a Sentinel makes it a replica.
        primary.restart();
        RedisLink late = link(url);
        assertThat(await(late::live).incarnation()).isEqualTo(next.incarnation());
        await(() -> on(primary, redis -> redis.info("replication")).contains("role:slave") ? primary : null);
        assertThat(link.live().incarnation()).isEqualTo(next.incarnation());
        assertThat(store.lookup(after, "run:1")).isInstanceOf(Lookup.Hit.class);
    }

    @Test
    void aPrimaryThatIsReplacedWhileItLives_isLeft() throws Exception {
        RedisStore primary = redis("primary", Map.of());
        RedisStore replica = replicaOf(primary);
        RedisSentinel sentinel = sentinel("sentinel", primary, 1);
        RedisLink link = link(sentinel.url().replace("//", "//:" + PASSWORD + "@"));
        RedisLink.Live before = await(link::live);
        assertThat(before.server().getPort()).isEqualTo(primary.port());
        await(() -> told(sentinel, "num-slaves").equals("1") ? sentinel : null);

        // Refused until it knows enough of the replica.
        await(() -> ask(sentinel, asked -> asked.failover(RedisSentinel.PRIMARY)));

        assertThat(await(() -> other(link, before.incarnation())).server().getPort())
                .isEqualTo(replica.port());
    }

    @Test
    void aGroundBehindSentinels_opensLater_becauseThePrimaryThatWasReplacedMayStillGrant() throws Exception {
        RedisStore primary = redis("primary", Map.of());
        RedisSentinel sentinel = sentinel("sentinel", primary, 1);
        var margin = Duration.ofSeconds(10);
        try (var replaced = new Grounds(sentinel.url().replace("//", "//:" + PASSWORD + "@"), margin);
                var alone = new Grounds(primary.url(), margin)) {
            assertThat(replaced.closedFor("one", 4_000)).isBetween(4_001L, 14_000L);
            assertThat(alone.closedFor("two", 4_000)).isBetween(1L, 4_000L);
            assertThat(replaced.closedFor("three", 0))
                    .as("nobody can hold anything")
                    .isZero();
        }
    }

    /** Grounds of training state at an address. */
    private static final class Grounds implements AutoCloseable {

        private final RedisLink link;
        private final RedisGroundStore grounds;
        private final RedisLeaseStore leases;

        Grounds(String url, Duration margin) throws CacheAwayException, InterruptedException {
            link = new RedisLink(
                    RedisAddress.of(url, TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
                    List.of(StateScripts.values()));
            await(link::live);
            var runner = new StateRunner(link, new StateRedisConfiguration(url, Duration.ofSeconds(5), margin));
            grounds = new RedisGroundStore(runner);
            leases = new RedisLeaseStore(runner);
        }

        /** For how long no lease is granted on a ground that is laid now. */
        long closedFor(String namespace, long unknownMillis) {
            var lease = new NewLease("w", 1_000);
            WantedGround wanted =
                    Objects.requireNonNull(leases.acquire(namespace, "a", lease).wanted());
            var limits = new NamespaceLimits(1, 10, 10, false, 1_000);
            grounds.lay(namespace, new Ground(wanted, limits, 1, 10, unknownMillis));
            try {
                assertThat(leases.acquire(namespace, "a", lease).outcome()).isNotNull();
                return 0;
            } catch (ProblemException e) {
                return Long.parseLong(e.problem().message().replaceAll(".* (\\d+) ms\\.", "$1"));
            }
        }

        @Override
        public void close() throws InterruptedException {
            link.close();
        }
    }

    /** Fills the answer, at the second or third attempt, which the rules of subjects allow. */
    private static void fill(RedisAnswerStore store, CacheView view) throws Exception {
        while (store.lookup(view, "run:1") instanceof Lookup.Miss(String token)) {
            store.fill(view, "run:1", token, List.of("run:1"), new byte[] {1}, Duration.ofMinutes(1));
        }
    }

    private static RedisLink.@Nullable Live other(RedisLink link, String incarnation) throws CacheAwayException {
        RedisLink.Live now = link.live();
        return now.incarnation().equals(incarnation) ? null : now;
    }

    private interface Question<T> {
        @Nullable
        T ask() throws CacheAwayException;
    }

    /** Asks until there is an answer; a server that is just being made something else may cut whom asks it. */
    private static <T> T await(Question<T> question) throws CacheAwayException, InterruptedException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                T answer = question.ask();
                if (answer != null) {
                    return answer;
                }
                assertThat(System.nanoTime()).isLessThan(limit);
            } catch (CacheAwayException | RedisException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
            }
            Thread.sleep(20);
        }
    }

    private static String told(RedisSentinel sentinel, String field) {
        return ask(sentinel, asked -> asked.master(RedisSentinel.PRIMARY).get(field));
    }

    private static <T> T ask(RedisSentinel sentinel, Function<RedisSentinelCommands<String, String>, T> question) {
        var client = RedisClient.create();
        try (var connection = client.connectSentinel(RedisURI.create(EmbeddedStore.HOST, sentinel.port()))) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static <T> T on(RedisStore store, Function<RedisCommands<String, String>, T> action) {
        var client = RedisClient.create(store.url());
        try (var connection = client.connect()) {
            return action.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static void kill(EmbeddedStore store) {
        ProcessHandle process = ProcessHandle.of(store.pid().orElseThrow()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    private RedisStore replicaOf(RedisStore primary) throws IOException, CacheAwayException, InterruptedException {
        RedisStore replica = redis(
                "replica",
                Map.of("replicaof", EmbeddedStore.HOST + " " + primary.port(), "repl-diskless-sync-delay", "0"));
        await(() -> on(replica, redis -> redis.info("replication")).contains("master_link_status:up") ? replica : null);
        return replica;
    }

    /** All have one password, as Sentinel wants it. */
    private RedisStore redis(String name, Map<String, String> more) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Files.writeString(own.resolve("password"), PASSWORD);
        var settings = new HashMap<>(more);
        settings.put("masterauth", PASSWORD);
        settings.put("appendonly", "no"); // Redis 6.2 does not stop while it begins another file after a full copy.
        RedisStore store = RedisStore.start(RedisSettings.in(own, 0).with(settings));
        opened.add(store);
        return store;
    }

    private RedisSentinel sentinel(String name, RedisStore primary, int quorum) {
        RedisSentinel sentinel = RedisSentinel.start(folder.resolve(name), 0, primary.port(), PASSWORD, quorum);
        opened.add(sentinel);
        return sentinel;
    }

    private RedisLink link(String url) {
        var link = new RedisLink(
                RedisAddress.of(url, TlsConfiguration.NONE, SentinelConfiguration.NONE, RedisLink.LIMIT),
                List.of(Scripts.values()));
        opened.add(link::close);
        return link;
    }

    private static RedisConfiguration configuration(String url) {
        return new RedisConfiguration(url, Duration.ofSeconds(5), Duration.ofSeconds(5));
    }
}
