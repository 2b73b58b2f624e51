package dev.fourfold.gateway.http;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway works on at this moment, and how much of it there may be. More of it would make everybody wait until
 * nobody is answered in time, so it is refused at once: clients come again.
 */
@Singleton
public final class Load {

    /** The reason by which such refusals are counted. */
    static final String REASON = "overloaded";

    private static final Logger LOG = LoggerFactory.getLogger(Load.class);
    private static final Duration SAID_EVERY = Duration.ofSeconds(10);

    private final Bulkhead requests;
    private final Bulkhead uploads;
    private final Bulkhead waiting;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - SAID_EVERY.toNanos());

    Load(LoadConfiguration configuration, Rejections rejections, MeterRegistry meters) {
        requests = bulkhead("requests", configuration.requests());
        uploads = bulkhead("uploads", configuration.uploads());
        waiting = bulkhead("waiting", configuration.waiting());
        rejections.expect(REASON);
        for (Bulkhead one : new Bulkhead[] {requests, uploads, waiting}) {
            Gauge.builder("requests.in.work", one, Load::inWork)
                    .description("What the gateway works on at this moment")
                    .tag("kind", one.getName())
                    .register(meters);
            Gauge.builder("requests.in.work.limit", one, Load::limit)
                    .description("How much of it there may be")
                    .tag("kind", one.getName())
                    .register(meters);
        }
    }

    /** How many requests were refused since the start; nobody looked at what they were. */
    public long refused() {
        return refused.get();
    }

    /** One request's part in it. */
    Admission admission() {
        return new Admission(this);
    }

    Bulkhead requests() {
        return requests;
    }

    Bulkhead uploads() {
        return uploads;
    }

    Bulkhead waiting() {
        return waiting;
    }

    /** Says now and then that something was refused: a line for each would be load of its own. */
    void refused(Bulkhead by) {
        long sum = refused.incrementAndGet();
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said >= SAID_EVERY.toNanos() && saidNanos.compareAndSet(said, now)) {
            LOG.warn("event=overloaded kind={} limit={} refused_since_start={}", by.getName(), (int) limit(by), sum);
        }
    }

    private static double inWork(Bulkhead bulkhead) {
        return limit(bulkhead) - bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    private static double limit(Bulkhead bulkhead) {
        return bulkhead.getMetrics().getMaxAllowedConcurrentCalls();
    }

    private static Bulkhead bulkhead(String name, int most) {
        return Bulkhead.of(
                name,
                BulkheadConfig.custom()
                        .maxConcurrentCalls(most)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }
}
