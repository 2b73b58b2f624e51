package dev.fourfold.logs.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.connection.ClusterType;
import com.mongodb.connection.ServerMonitoringMode;
import com.mongodb.event.ConnectionClosedEvent;
import com.mongodb.event.ConnectionPoolClearedEvent;
import com.mongodb.event.ConnectionPoolListener;
import com.mongodb.event.ServerHeartbeatFailedEvent;
import com.mongodb.event.ServerHeartbeatSucceededEvent;
import com.mongodb.event.ServerMonitorListener;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.contract.tls.TrustedAuthorities;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.ServesLogs;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The client of MongoDB, and the one place where its publishers are waited for. */
@Singleton
@ServesLogs
final class MongoLink {

    private static final Logger LOG = LoggerFactory.getLogger(MongoLink.class);

    private final MongoClient client;
    private final MongoDatabase database;
    private final Duration timeout;
    private final String where;
    private final List<Runnable> lostListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong losses = new AtomicLong();
    private final AtomicLong removals = new AtomicLong();

    @Inject
    MongoLink(MongoConfiguration configuration, MeterRegistry meters) {
        this(configuration, new StoreCalls(meters, Store.MONGODB));
    }

    /** One that nobody measures. */
    MongoLink(MongoConfiguration configuration) {
        this(configuration, StoreCalls.unread(Store.MONGODB));
    }

    private MongoLink(MongoConfiguration configuration, StoreCalls calls) {
        var measuring = new MongoMeasuring(calls);
        var address = new ConnectionString(configuration.url());
        where = String.join(",", address.getHosts());
        timeout = configuration.timeout();
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(address)
                .applicationName("logs-svc")
                .addCommandListener(measuring)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(
                        configuration.serverSelection().toMillis(), TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool -> pool.minSize(configuration.minConnections())
                        .maxSize(configuration.maxConnections())
                        .addConnectionPoolListener(watchConnections())
                        .addConnectionPoolListener(measuring))
                .applyToSslSettings(ssl -> TrustedAuthorities.in("fourfold.mongo.tls-ca", configuration.tlsCa())
                        .ifPresent(trusted -> ssl.context(trusted.context())))
                .applyToSocketSettings(socket -> socket.connectTimeout(2, TimeUnit.SECONDS)
                        .readTimeout(Math.toIntExact(timeout.toMillis()), TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(2, TimeUnit.SECONDS)
                        // SecantusDB holds a streamed answer longer than the driver waits: lost every 4.6 s, and found
                        // again.
                        .serverMonitoringMode(ServerMonitoringMode.POLL)
                        .addServerMonitorListener(watch()))
                .retryWrites(false) // Every write here is repeated by the journal until it is done.
                .build());
        database = client.getDatabase(configuration.database())
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
                .withReadConcern(ReadConcern.DEFAULT)
                .withReadPreference(ReadPreference.primary());
    }

    MongoCollection<Document> collection(String name) {
        return database.getCollection(name);
    }

    /** Whether there are secondaries, or could be; as far as the driver has seen, so asking costs nothing. */
    boolean isReplicaSet() {
        return client.getClusterDescription().getType() == ClusterType.REPLICA_SET;
    }

    /** The server's address, without credentials. */
    String where() {
        return where;
    }

    /** Runs a command of the database that holds the lines. */
    Document askDatabase(Document command) throws StoreUnavailableException {
        Document answer = one(database.runCommand(command), timeout);
        return answer == null ? new Document() : answer;
    }

    /** Runs a command of the admin database. */
    Document ask(Document command, Duration limit) throws StoreUnavailableException {
        Document answer = one(client.getDatabase("admin").runCommand(command), limit);
        return answer == null ? new Document() : answer;
    }

    /** Waits for what a publisher gives, or null for nothing. */
    <T> @Nullable T one(Publisher<T> publisher) throws StoreUnavailableException {
        return one(publisher, timeout);
    }

    /** Waits for all that a publisher gives. */
    <T> List<T> all(Publisher<T> publisher) throws StoreUnavailableException {
        try {
            List<T> all = Flux.from(publisher).collectList().block(timeout);
            return all == null ? List.of() : all;
        } catch (MongoException e) {
            throw away(e);
        } catch (IllegalStateException e) {
            throw new StoreUnavailableException("MongoDB took longer than " + timeout, e);
        }
    }

    /**
     * Registers who must know that the server may have been restarted: it stopped answering, or a connection broke. Told
     * at least once for each time, and before any operation gets a connection made afterwards.
     */
    void whenLost(Runnable listener) {
        lostListeners.add(listener);
    }

    /** How often {@link #whenLost} told of it. What was not asked to be durable is there only if this stayed the same. */
    long losses() {
        return losses.get();
    }

    /** How often {@link #noteRemoval} was called. */
    long removals() {
        return removals.get();
    }

    /** Something is about to be removed: what is remembered of it is not to be written again. */
    void noteRemoval() {
        removals.incrementAndGet();
    }

    private void tellOfLoss() {
        losses.incrementAndGet();
        lostListeners.forEach(Runnable::run);
    }

    private ConnectionPoolListener watchConnections() {
        return new ConnectionPoolListener() {
            @Override
            public void connectionPoolCleared(ConnectionPoolClearedEvent event) {
                tellOfLoss();
            }

            @Override
            public void connectionClosed(ConnectionClosedEvent event) {
                if (event.getReason() == ConnectionClosedEvent.Reason.ERROR) {
                    tellOfLoss();
                }
            }
        };
    }

    private ServerMonitorListener watch() {
        var answering = new AtomicBoolean();
        return new ServerMonitorListener() {
            @Override
            public void serverHeartbeatSucceeded(ServerHeartbeatSucceededEvent event) {
                answering.set(true);
            }

            @Override
            public void serverHeartbeatFailed(ServerHeartbeatFailedEvent event) {
                if (answering.getAndSet(false)) {
                    LOG.warn("event=mongodb-lost address={}", where);
                    tellOfLoss();
                }
            }
        };
    }

    /** Whether the server answered, and would not do what it was asked: trying again leads nowhere. */
    static boolean refused(StoreUnavailableException e) {
        return e.getCause() instanceof MongoCommandException;
    }

    @PreDestroy
    void close() {
        client.close();
    }

    private static <T> @Nullable T one(Publisher<T> publisher, Duration limit) throws StoreUnavailableException {
        try {
            return Mono.from(publisher).block(limit);
        } catch (MongoException e) {
            throw away(e);
        } catch (IllegalStateException e) {
            throw new StoreUnavailableException("MongoDB took longer than " + limit, e);
        }
    }

    /** Whatever the server says to these few well-formed operations, trying again later is the answer. */
    private static StoreUnavailableException away(MongoException e) {
        return new StoreUnavailableException(
                e instanceof MongoTimeoutException ? "No MongoDB can be reached" : "MongoDB failed: " + e.getMessage(),
                e);
    }
}
