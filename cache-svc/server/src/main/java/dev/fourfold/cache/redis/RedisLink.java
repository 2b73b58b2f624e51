package dev.fourfold.cache.redis;

import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a Redis that is a primary, and whose history is known. The driver's own reconnecting is off: it would
 * send commands that were meant for one start of the server to the next, which may have woken up with old data. Here a
 * lost connection fails its commands, and a new one is used only after the server said which start it is ({@code run_id}
 * of {@code INFO}) and which history its data have ({@code master_replid}: a primary that was another's replica meanwhile
 * may have forgotten what it answered, without a start). Once a second it is asked again, and through Sentinel whether it
 * still is the primary.
 */
final class RedisLink {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:([0-9a-f]+)\\s*$");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:(\\S+)\\s*$");
    private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\w+)\\s*$");
    private static final Pattern HISTORY = Pattern.compile("(?m)^master_replid:([0-9a-f]+)\\s*$");

    private static final Pattern MEMORY = Pattern.compile("(?m)^maxmemory:(\\d+)\\s*$");
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(allkeys-\\S+)\\s*$");

    /** How long to wait for a connection, and for a command. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private static final String HISTORY_FOLLOWS = "-";
    private static final Duration CHECK = Duration.ofSeconds(1);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    /**
     * A connection that answered.
     *
     * @param server where it leads to
     * @param incarnation the start of the server, and the history of its data
     * @param evicting by which policy the server removes what was never said to expire, or null where it does not
     * @param scripts the digests of the link's scripts, loaded on this server
     */
    record Live(
            StatefulRedisConnection<byte[], byte[]> connection,
            RedisURI server,
            String incarnation,
            String version,
            @Nullable String evicting,
            Map<Script, String> scripts) {}

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisAddress address;
    private final Sentinels sentinels;
    private final List<? extends Script> scripts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread keeper;
    private volatile @Nullable Live live;

    /** One that nobody measures. */
    RedisLink(RedisAddress address, List<? extends Script> scripts) {
        this(address, scripts, StoreCalls.unread(Store.REDIS));
    }

    /** @param scripts what is run on this connection */
    RedisLink(RedisAddress address, List<? extends Script> scripts, StoreCalls calls) {
        this.address = address;
        this.scripts = List.copyOf(scripts);
        resources = ClientResources.builder()
                .commandLatencyRecorder(new RedisMeasuring(calls))
                .build();
        client = RedisClient.create(resources);
        sentinels = new Sentinels(client, address);
        client.setOptions(options(address));
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                Live now = live;
                if (now != null && now.connection() == lost) {
                    live = null;
                    LOG.warn("event=redis-lost address={}", hostAndPort(now.server()));
                }
            }
        });
        keeper = Thread.ofVirtual().name("redis-link").start(this::keep);
    }

    /** How connections behave: they fail early, and are never made again by the driver. */
    static ClientOptions options(RedisAddress address) {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(LIMIT)
                        .tcpNoDelay(true)
                        .build())
                .sslOptions(address.ssl())
                .timeoutOptions(TimeoutOptions.enabled(LIMIT))
                .build();
    }

    /** Whether another server may become the primary while this one lives. */
    boolean mayBeReplaced() {
        return sentinels.count() > 0;
    }

    /** The connection of now. */
    Live live() throws CacheAwayException {
        Live now = live;
        if (now == null || !now.connection().isOpen()) {
            throw new CacheAwayException("not connected");
        }
        return now;
    }

    /** Whether the connection is open: all commands share it. */
    boolean open() {
        Live now = live;
        return now != null && now.connection().isOpen();
    }

    /** The server, or where it is looked for; without credentials. */
    String where() {
        Live now = live;
        return now == null ? address.toString() : hostAndPort(now.server());
    }

    /** Gives a connection up whose commands do not come back: the next one is asked again which server it is. */
    void distrust(Live doubtful) {
        if (live == doubtful) {
            live = null;
            doubtful.connection().closeAsync();
        }
    }

    void close() throws InterruptedException {
        closed.countDown();
        keeper.interrupt();
        keeper.join(Duration.ofSeconds(5));
        Live now = live;
        if (now != null) {
            now.connection().close();
        }
        sentinels.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void keep() {
        long pause = FIRST_PAUSE_MILLIS;
        long checkedAt = System.nanoTime();
        boolean told = false;
        try {
            while (true) {
                Live now = live;
                if (now == null || !now.connection().isOpen()) {
                    try {
                        live = connect();
                        pause = FIRST_PAUSE_MILLIS;
                        told = false;
                        checkedAt = System.nanoTime();
                        LOG.info("event=redis-connected address={}", where());
                    } catch (RuntimeException e) {
                        if (!told) {
                            LOG.warn("event=redis-away address={} reason=\"{}\"", address, reason(e));
                            told = true;
                        }
                        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
                    }
                } else if (System.nanoTime() - checkedAt >= CHECK.toNanos()) {
                    check(now);
                    checkedAt = System.nanoTime();
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
        if (sentinels.count() == 0) {
            return connect(address.named());
        }
        RuntimeException failure = null;
        for (int i = 0; i < sentinels.count(); i++) {
            try {
                return connect(sentinels.primary());
            } catch (RuntimeException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
                sentinels.next();
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private Live connect(RedisURI server) {
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE, server);
        try {
            var commands = connection.sync();
            String history = historyOf(commands.info("replication"))
                    .orElseThrow(() -> new IllegalStateException(hostAndPort(server) + " is a replica"));
            String info = commands.info("server");
            var digests = new HashMap<Script, String>();
            for (Script script : scripts) {
                digests.put(script, commands.scriptLoad(script.text().getBytes(StandardCharsets.UTF_8)));
            }
            return new Live(
                    connection,
                    server,
                    find(RUN_ID, info) + HISTORY_FOLLOWS + history,
                    find(VERSION, info),
                    evicting(commands.info("memory")),
                    Map.copyOf(digests));
        } catch (RuntimeException e) {
            connection.closeAsync();
            throw e;
        }
    }

    /** Gives the connection up where it does not lead to the primary any more, or to another history. */
    private void check(Live now) {
        String doubt = doubtOf(now).orElse(null);
        if (doubt != null && live == now) {
            LOG.warn("event=redis-distrusted address={} reason=\"{}\"", hostAndPort(now.server()), doubt);
            distrust(now);
        }
    }

    private Optional<String> doubtOf(Live now) {
        try {
            Optional<String> history = historyOf(now.connection().sync().info("replication"));
            if (history.isEmpty()) {
                return Optional.of("a replica now");
            }
            if (!now.incarnation().endsWith(HISTORY_FOLLOWS + history.get())) {
                return Optional.of("its data have another history now");
            }
            if (!Objects.equals(now.evicting(), evicting(now.connection().sync().info("memory")))) {
                return Optional.of("it evicts otherwise now");
            }
        } catch (RuntimeException e) {
            return Optional.of(reason(e));
        }
        if (sentinels.count() == 0) {
            return Optional.empty();
        }
        try {
            RedisURI primary = sentinels.primary();
            return hostAndPort(primary).equals(hostAndPort(now.server()))
                    ? Optional.empty()
                    : Optional.of("the primary is " + hostAndPort(primary) + " now");
        } catch (RuntimeException e) {
            LOG.debug("event=sentinel-away reason=\"{}\"", reason(e));
            sentinels.next(); // A Sentinel that is away says nothing about Redis.
            return Optional.empty();
        }
    }

    /** The history of a primary's data; empty of a replica. */
    private static Optional<String> historyOf(String info) {
        return find(ROLE, info).equals("master") ? Optional.of(find(HISTORY, info)) : Optional.empty();
    }

    /** Servers that do not tell are taken for such as do not. */
    private static @Nullable String evicting(String info) {
        Matcher memory = MEMORY.matcher(info);
        Matcher policy = POLICY.matcher(info);
        boolean bounded = memory.find() && !memory.group(1).equals("0");
        return bounded && policy.find() ? policy.group(1) : null;
    }

    private static String hostAndPort(RedisURI server) {
        return server.getHost() + ":" + server.getPort();
    }

    /** With the cause, which says what the driver's message leaves out: that a certificate is not trusted, for one. */
    private static String reason(RuntimeException e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause.getMessage();
    }

    private static String find(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        if (!matcher.find()) {
            throw new IllegalStateException("INFO without " + pattern.pattern());
        }
        return matcher.group(1);
    }
}
