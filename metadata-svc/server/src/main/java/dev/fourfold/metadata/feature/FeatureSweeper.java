package dev.fourfold.metadata.feature;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes expired rows, and what deleted views left, in small steps; any number of instances may do it at once. */
@Context
@ServesMetadata
@Requires(property = "datasources.metadata.enabled", notEquals = "false")
final class FeatureSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(FeatureSweeper.class);
    private static final Duration BETWEEN_STEPS = Duration.ofMillis(20);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final FeatureStore store;
    private final FeatureConfiguration configuration;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread sweeper;

    FeatureSweeper(FeatureStore store, FeatureConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
        sweeper = Thread.ofVirtual().name("feature-sweeper").start(this::sweep);
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed.countDown();
        sweeper.join(CLOSE_LIMIT);
    }

    private void sweep() {
        Duration pause = configuration.sweepEvery();
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = configuration.sweepEvery();
                try {
                    if (store.sweep(configuration.sweepGrace())) {
                        pause = BETWEEN_STEPS;
                    }
                } catch (ProblemException e) {
                    // PostgreSQL is away: health says so, and the next turn may find it back.
                    LOG.debug("event=sweep-waits reason=\"{}\"", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("event=sweep-failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: nothing more to sweep.
        }
    }
}
