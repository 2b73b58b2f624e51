package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisConfigurationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void text_tellsNoPassword() {
        String url = "redis://user:pass-word@127.0.0.1:6379";
        assertThat(new RedisConfiguration(url, SECOND, SECOND).toString()).doesNotContain("pass-word");
        assertThat(new StateRedisConfiguration(url, SECOND, SECOND).toString()).doesNotContain("pass-word");
    }
}
