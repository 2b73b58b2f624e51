package dev.fourfold.contract.http;

import io.micronaut.http.client.HttpClientConfiguration;
import java.time.Duration;

/** How a service of ours is reached: Micronaut's HTTP client, with limits that fit what the service itself waits for. */
public abstract class ServiceClientConfiguration extends HttpClientConfiguration {

    private final ConnectionPoolConfiguration pool = new ConnectionPoolConfiguration();

    /** The defaults, before the keys of the configuration are applied. */
    protected ServiceClientConfiguration(Duration connectTimeout, Duration readTimeout) {
        setConnectTimeout(connectTimeout);
        setReadTimeout(readTimeout);
    }

    @Override
    public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
        return pool;
    }
}
