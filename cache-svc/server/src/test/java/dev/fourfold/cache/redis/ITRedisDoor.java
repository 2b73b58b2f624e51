package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.embedded.Certificates;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.Ports;
import dev.fourfold.embedded.RedisSentinel;
import dev.fourfold.embedded.RedisSettings;
import dev.fourfold.embedded.RedisStore;
import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandType;
import io.micronaut.context.exceptions.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ways into a real Redis: TLS with an authority of one's own, certificates on both sides, a user with few rights; and to it
 * by a Sentinel that has all that as well, and a password of its own.
 */
final class ITRedisDoor {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static RedisStore redis;
    private static int tlsPort;
    private static TlsConfiguration tls;

    private final List<RedisLink> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Certificates.make(folder, "redis", "us");
        tls = new TlsConfiguration(file("ca.crt"), file("us.crt"), file("us.key"));
        tlsPort = Ports.claim("redis", 0);
        redis = RedisStore.start(RedisSettings.in(folder.resolve("redis"), 0)
                .with(Map.of(
                        "tls-port", Integer.toString(tlsPort),
                        "tls-cert-file", file("redis.crt"),
                        "tls-key-file", file("redis.key"),
                        "tls-ca-cert-file", file("ca.crt"))));
        try (var client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            // As docs/operations.md gives it.
            connection
                    .sync()
                    .aclSetuser(
                            "fourfold",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("a-password")
                                    .keyPattern("ff*")
                                    .addCategory(AclCategory.READ)
                                    .addCategory(AclCategory.WRITE)
                                    .addCategory(AclCategory.SCRIPTING)
                                    .addCategory(AclCategory.CONNECTION)
                                    .removeCategory(AclCategory.DANGEROUS)
                                    .addCommand(CommandType.TIME)
                                    .addCommand(CommandType.INFO));
        }
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() throws InterruptedException {
        for (RedisLink link : opened) {
            link.close();
        }
    }

    @Test
    void overTls_withTheAuthorityAndACertificate_answersAreKept() throws Exception {
        String url = "rediss://:" + redis.password() + "@" + EmbeddedStore.HOST + ":" + tlsPort;
        fillAndFind(url, tls);
    }

    @Test
    void aServerOfAnotherAuthority_isNotTrusted() {
        String url = "rediss://:" + redis.password() + "@" + EmbeddedStore.HOST + ":" + tlsPort;
        assertThatThrownBy(() -> connectOnce(url, TlsConfiguration.NONE)).hasStackTraceContaining("PKIX");
    }

    @Test
    void aServerUnderAnotherName_isNotTrusted() {
        String url = "rediss://:" + redis.password() + "@localhost:" + tlsPort;
        assertThatThrownBy(() -> connectOnce(url, tls)).hasStackTraceContaining("localhost");
    }

    @Test
    void withoutTheCertificateThatTheServerAsksFor_nobodyComesIn() {
        String url = "rediss://:" + redis.password() + "@" + EmbeddedStore.HOST + ":" + tlsPort;
        assertThatThrownBy(() -> connectOnce(url, new TlsConfiguration(file("ca.crt"), "", "")))
                .isInstanceOf(RedisException.class);
    }

    @Test
    void aUserWithTheRightsThatTheDocumentsName_isEnough() throws Exception {
        fillAndFind("redis://fourfold:a-password@" + EmbeddedStore.HOST + ":" + redis.port(), TlsConfiguration.NONE);
        fillAndFind("rediss://fourfold:a-password@" + EmbeddedStore.HOST + ":" + tlsPort, tls);
    }

    @Test
    void aSentinelWithAPasswordOfItsOwn_leadsToTheRedis_allOverTls() throws Exception {
        int port = Ports.claim("redis-sentinel", 0);
        var settings = Map.of(
                "requirepass", "the-sentinels-own",
                "tls-port", Integer.toString(port),
                "tls-cert-file", file("redis.crt"),
                "tls-key-file", file("redis.key"),
                "tls-ca-cert-file", file("ca.crt"),
                "tls-replication", "yes");
        String url = "rediss-sentinel://:" + redis.password() + "@" + EmbeddedStore.HOST + ":" + port + "#"
                + RedisSentinel.PRIMARY;
        try (var sentinel =
                RedisSentinel.start(folder.resolve("sentinel"), 0, tlsPort, redis.password(), 1, settings)) {
            var theirs = new SentinelConfiguration("", "the-sentinels-own");
            fillAndFind(url, RedisAddress.of(url, tls, theirs, RedisLink.LIMIT));
            assertThatThrownBy(
                            () -> askSentinel(RedisAddress.of(url, tls, SentinelConfiguration.NONE, RedisLink.LIMIT)))
                    .hasStackTraceContaining("NOAUTH");
            var wrong = new SentinelConfiguration("", "wrong-word");
            assertThatThrownBy(() -> askSentinel(RedisAddress.of(url, tls, wrong, RedisLink.LIMIT)))
                    .hasStackTraceContaining("WRONGPASS")
                    .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("wrong-word"));
            assertThatThrownBy(() -> askSentinel(RedisAddress.of(url, TlsConfiguration.NONE, theirs, RedisLink.LIMIT)))
                    .hasStackTraceContaining("PKIX");
            assertThat(sentinel.port()).as("not by its port without TLS").isNotEqualTo(port);
        }
    }

    private static void askSentinel(RedisAddress address) {
        try (var client = RedisClient.create()) {
            client.setOptions(RedisLink.options(address));
            try (var sentinels = new Sentinels(client, address)) {
                sentinels.primary();
            }
        }
    }

    @Test
    void aWrongPassword_isAway_andNotTold() {
        String url = "redis://fourfold:wrong-word@" + EmbeddedStore.HOST + ":" + redis.port();
        assertThatThrownBy(() -> connectOnce(url, TlsConfiguration.NONE))
                .hasStackTraceContaining("WRONGPASS")
                .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("wrong-word"));
    }

    @Test
    void settingsThatCannotBe_areRefusedAtTheStart() {
        assertThatThrownBy(() -> address("redis://127.0.0.1", new TlsConfiguration("/nowhere/ca.crt", "", "")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("fourfold.redis.tls.ca")
                .hasMessageContaining("/nowhere/ca.crt");
        assertThatThrownBy(() -> address("redis://127.0.0.1", new TlsConfiguration("", file("us.crt"), "")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("belong together");
        for (String wrong : List.of("redis-sentinel://:pw-7@a,b", "redis://:pw-7@a b", "http://:pw-7@a")) {
            assertThatThrownBy(() -> address(wrong, TlsConfiguration.NONE))
                    .isInstanceOf(ConfigurationException.class)
                    .hasNoCause()
                    .hasMessageContaining("#name-of-the-primary")
                    .message()
                    .doesNotContain("pw-7");
        }
    }

    private void fillAndFind(String url, TlsConfiguration how) throws Exception {
        fillAndFind(url, address(url, how));
    }

    private void fillAndFind(String url, RedisAddress address) throws Exception {
        var link = new RedisLink(address, List.of(Scripts.values()));
        opened.add(link);
        var store = new RedisAnswerStore(link, new RedisConfiguration(url, LIMIT, LIMIT));
        var view = new CacheView(System.nanoTime(), incarnation(link));
        store.mark(view, "mark", List.of("run:1"), LIMIT);
        store.settle(view, "mark", List.of("run:1"));
        while (store.lookup(view, "run:1") instanceof Lookup.Miss(String token)) {
            store.fill(view, "run:1", token, List.of("run:1"), new byte[] {1}, Duration.ofMinutes(1));
        }
        assertThat(store.lookup(view, "run:1")).isInstanceOf(Lookup.Hit.class);
        assertThat(store.lookupAll(view, "group", List.of("a", "b"))).isNotNull();
    }

    private static String incarnation(RedisLink link) throws CacheAwayException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return link.live().incarnation();
            } catch (CacheAwayException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static void connectOnce(String url, TlsConfiguration how) {
        RedisAddress address = address(url, how);
        try (var client = RedisClient.create()) {
            client.setOptions(RedisLink.options(address));
            client.connect(address.named()).sync().ping();
        }
    }

    private static RedisAddress address(String url, TlsConfiguration how) {
        return RedisAddress.of(url, how, SentinelConfiguration.NONE, RedisLink.LIMIT);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }
}
