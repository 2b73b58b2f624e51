package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.metadata.ServesMetadata;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads that a replica may answer: those that look at many rows, decide nothing that is written, and fill no cache. A replica
 * answers only if it has replayed all that was acknowledged before the read began, so no reader can tell it from the primary;
 * whatever is in the way of that, the primary answers.
 */
@Singleton
@ServesMetadata
final class Searches {

    /** A read that failed on a replica after this long is not repeated: its caller would not wait for it. */
    private static final Duration WORTH_REPEATING = Duration.ofSeconds(4);

    private static final String POSITION_UNKNOWN = "position-unknown";

    private final Postgres postgres;
    private final PrimaryLog log;
    private final Duration patience;
    private final List<Replica> replicas = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final MeterRegistry meters;

    Searches(
            Postgres postgres,
            PrimaryLog log,
            ReplicaConfiguration configuration,
            @Named(Postgres.NAME) DatasourceConfiguration pool,
            @Value("${fourfold.metadata.instances}") int instances,
            MeterRegistry meters) {
        this.postgres = postgres;
        this.log = log;
        this.patience = configuration.patience();
        this.meters = meters;
        if (!configuration.addresses().isEmpty()) {
            var calls = StoreCalls.toReplicas(meters, Store.POSTGRESQL);
            for (String url : configuration.addresses()) {
                var name = Postgres.NAME + "-replica-" + (replicas.size() + 1);
                replicas.add(new Replica(pool, instances, url, name, calls, configuration.maxLag(), log::position));
            }
            for (var reason : Replica.Reason.values()) {
                count(reason);
            }
            counter("primary", POSITION_UNKNOWN);
        }
    }

    /** Reads on a replica or on the primary; each statement sees what is committed by then. */
    <R extends @Nullable Object> R read(Postgres.Work<R> work) {
        if (replicas.isEmpty()) {
            return postgres.read(work);
        }
        var replica = next();
        var refusal = replica.refusal();
        if (refusal != null) {
            return onPrimary(work, count(refusal));
        }
        long begun = System.nanoTime();
        var position = log.position();
        if (position.isEmpty()) {
            return onPrimary(work, counter("primary", POSITION_UNKNOWN));
        }
        return switch (replica.read(position.get(), patience, work)) {
            case Replica.Tried.Read<R>(var value) -> {
                count(Replica.Reason.FRESH).increment();
                yield value;
            }
            case Replica.Tried.Not<R>(var reason) -> {
                if (System.nanoTime() - begun > WORTH_REPEATING.toNanos()) {
                    count(reason).increment();
                    throw Postgres.unavailable().toException();
                }
                yield onPrimary(work, count(reason));
            }
        };
    }

    /** How far each replica is behind, as measured from here. */
    List<Figure> lags() {
        var figures = new ArrayList<Figure>();
        for (var replica : replicas) {
            replica.lag()
                    .ifPresent(lag -> figures.add(Figure.lag(Store.POSTGRESQL, replica.name(), lag.toNanos() / 1e9)));
        }
        return figures;
    }

    private <R extends @Nullable Object> R onPrimary(Postgres.Work<R> work, Counter counter) {
        counter.increment();
        return postgres.read(work);
    }

    /** In turn; the next that can be asked, where there is one. */
    private Replica next() {
        int first = Math.floorMod(turn.getAndIncrement(), replicas.size());
        for (int i = 0; i < replicas.size(); i++) {
            var replica = replicas.get((first + i) % replicas.size());
            if (replica.refusal() == null) {
                return replica;
            }
        }
        return replicas.get(first);
    }

    private Counter count(Replica.Reason reason) {
        return counter(
                reason == Replica.Reason.FRESH ? "replica" : "primary",
                reason.name().toLowerCase(Locale.ROOT));
    }

    private Counter counter(String target, String reason) {
        return Counter.builder("db.reads")
                .description("Reads that a replica may answer, by who answered and why")
                .tags(Tags.of(Store.POSTGRESQL.tag()).and("target", target).and("reason", reason))
                .register(meters);
    }

    @PreDestroy
    void close() {
        replicas.forEach(Replica::close);
    }
}
