package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITRedisStore {

    @TempDir
    Path parent;

    private static String on(String url, Function<RedisCommands<String, String>, String> action) {
        var client = RedisClient.create(url);
        try (var connection = client.connect()) {
            return action.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    @Test
    void data_survivesACleanStop() {
        var folder = parent.resolve("store");
        try (var store = RedisStore.start(folder, 0)) {
            on(store.url(), redis -> redis.set("kept", "7"));
        }
        try (var store = RedisStore.start(folder, 0)) {
            assertThat(on(store.url(), redis -> redis.get("kept"))).isEqualTo("7");
        }
    }

    @Test
    void data_survivesAKilledServer() {
        try (var store = RedisStore.start(parent.resolve("store"), 0)) {
            var pid = store.pid().orElseThrow();
            on(store.url(), redis -> redis.set("kept", "7"));
            Kill.now(pid);
            assertThat(store.running()).isFalse();

            store.restart();

            assertThat(on(store.url(), redis -> redis.get("kept"))).isEqualTo("7");
        }
    }

    @Test
    void settings_areDurableAndClosed() {
        try (var store = RedisStore.start(parent.resolve("store"), 0)) {
            var settings = on(store.url(), redis -> redis.configGet("*").toString());
            assertThat(settings)
                    .contains(
                            "appendonly=yes", "appendfsync=everysec", "maxmemory-policy=noeviction", "bind=127.0.0.1");
            assertThat(on(store.url(), redis -> redis.info("server"))).contains("redis_version:" + store.version());
            var without = RedisURI.create(EmbeddedStore.HOST, store.port());
            assertThatThrownBy(() -> on(without.toURI().toString(), redis -> redis.get("kept")))
                    .hasStackTraceContaining("NOAUTH");
            assertThat(store.toString()).doesNotContain(store.password());
        }
    }

    @Test
    void settings_canBeReplaced() {
        var settings = RedisSettings.in(parent.resolve("store"), 0).with(Map.of("maxmemory", "64mb"));
        try (var store = RedisStore.start(settings)) {
            assertThat(on(store.url(), redis -> redis.configGet("maxmemory").toString()))
                    .contains("67108864");
        }
    }

    @Test
    void secondHolder_isRefused() {
        var folder = parent.resolve("store");
        try (var _ = RedisStore.start(folder, 0)) {
            assertThatThrownBy(() -> RedisStore.start(folder, 0))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
    }
}
