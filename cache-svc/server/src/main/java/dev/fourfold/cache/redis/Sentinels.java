package dev.fourfold.cache.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks Sentinels where the primary is, and keeps a connection to the one that was asked last. What a Sentinel says may
 * be out of date: who is named is asked whether it is a primary.
 */
final class Sentinels implements AutoCloseable {

    private final RedisClient client;
    private final RedisAddress address;
    private int asked;
    private @Nullable StatefulRedisSentinelConnection<String, String> connection;

    Sentinels(RedisClient client, RedisAddress address) {
        this.client = client;
        this.address = address;
    }

    /** How many there are to be asked. */
    int count() {
        return address.sentinels().size();
    }

    /** Has the next one asked from now on. */
    void next() {
        close();
        asked = (asked + 1) % count();
    }

    /** The primary's address, by the one whose turn it is. */
    RedisURI primary() {
        RedisURI sentinel = List.copyOf(address.sentinels()).get(asked);
        var open = connection;
        if (open == null || !open.isOpen()) {
            close();
            open = client.connectSentinel(sentinel);
            connection = open;
        }
        // Null for a name that this Sentinel does not know, whatever the driver's types say.
        @SuppressWarnings("NullableProblems")
        var said = (@Nullable InetSocketAddress) open.sync().getMasterAddrByName(address.primaryName());
        if (said == null) {
            throw new IllegalStateException("The Sentinel at " + sentinel.getHost() + ":" + sentinel.getPort()
                    + " does not know of " + address.primaryName());
        }
        return address.at(said.getHostString(), said.getPort());
    }

    @Override
    public void close() {
        var open = connection;
        connection = null;
        if (open != null) {
            open.closeAsync();
        }
    }
}
