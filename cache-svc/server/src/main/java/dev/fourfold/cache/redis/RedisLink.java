package dev.fourfold.cache.redis;

import dev.fourfold.cache.answer.CacheAwayException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis whose server is known. The driver's own reconnecting is off: it would send commands that
 * were meant for one start of the server to the next, which may have woken up with old data. Here a lost connection
 * fails its commands, and a new one is used only after the server said which start it is ({@code run_id} of
 * {@code INFO}).
 */
@Context
final class RedisLink {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:([0-9a-f]+)\\s*$");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:(\\S+)\\s*$");
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    /**
     * A connection that answered.
     *
     * @param scripts the digests of {@link Scripts}, loaded on this server
     */
    record Live(
            StatefulRedisConnection<byte[], byte[]> connection,
            String incarnation,
            String version,
            Map<Scripts, String> scripts) {}

    private final RedisClient client;
    private final RedisURI uri;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread keeper;
    private volatile @Nullable Live live;

    RedisLink(RedisConfiguration configuration) {
        uri = RedisURI.create(configuration.url());
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_LIMIT)
                        .tcpNoDelay(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(CONNECT_LIMIT))
                .build());
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                Live now = live;
                if (now != null && now.connection() == lost) {
                    live = null;
                    LOG.warn("event=redis-lost address={}:{}", uri.getHost(), uri.getPort());
                }
            }
        });
        keeper = Thread.ofVirtual().name("redis-link").start(this::keep);
    }

    /** The connection of now. */
    Live live() throws CacheAwayException {
        Live now = live;
        if (now == null || !now.connection().isOpen()) {
            throw new CacheAwayException("not connected");
        }
        return now;
    }

    /** The address, without credentials. */
    String where() {
        return uri.getHost() == null ? "sentinel" : uri.getHost() + ":" + uri.getPort();
    }

    /** Gives a connection up whose commands do not come back: the next one is asked again which server it is. */
    void distrust(Live doubtful) {
        if (live == doubtful) {
            live = null;
            doubtful.connection().closeAsync();
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed.countDown();
        keeper.interrupt();
        keeper.join(Duration.ofSeconds(5));
        Live now = live;
        if (now != null) {
            now.connection().close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private void keep() {
        long pause = FIRST_PAUSE_MILLIS;
        boolean told = false;
        try {
            while (true) {
                Live now = live;
                if (now == null || !now.connection().isOpen()) {
                    try {
                        live = connect();
                        pause = FIRST_PAUSE_MILLIS;
                        told = false;
                        LOG.info("event=redis-connected address={}", where());
                    } catch (RuntimeException e) {
                        if (!told) {
                            LOG.warn("event=redis-away address={} reason=\"{}\"", where(), e.getMessage());
                            told = true;
                        }
                        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
                    }
                }
                if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: nothing more to keep.
        }
    }

    private Live connect() {
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE, uri);
        try {
            var commands = connection.sync();
            String info = commands.info("server");
            var scripts = new EnumMap<Scripts, String>(Scripts.class);
            for (Scripts script : Scripts.values()) {
                scripts.put(script, commands.scriptLoad(script.text().getBytes(StandardCharsets.UTF_8)));
            }
            return new Live(connection, find(RUN_ID, info), find(VERSION, info), Map.copyOf(scripts));
        } catch (RuntimeException e) {
            connection.closeAsync();
            throw e;
        }
    }

    private static String find(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        if (!matcher.find()) {
            throw new IllegalStateException("INFO without " + pattern.pattern());
        }
        return matcher.group(1);
    }
}
