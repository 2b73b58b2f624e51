package dev.fourfold.metrics.postgres;

import java.time.Duration;

/** A configuration with few connections, as tests start often. */
final class SmallPool {

    private SmallPool() {}

    static PostgresConfiguration at(String url, String username, String password, int connections) {
        return new PostgresConfiguration(
                url,
                username,
                password,
                1,
                connections,
                0,
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
    }
}
