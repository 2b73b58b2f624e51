package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.access.AccessOperations;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where signing in is required, makes the first administrator and prints the password: once, and to the screen only. The
 * gateway starts without metadata-svc or PostgreSQL too; then it goes on asking.
 */
@Singleton
final class FirstAdministrator implements ApplicationEventListener<ServerStartupEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DoorConfiguration configuration;
    private final AccessOperations access;
    private volatile @Nullable Thread asking;

    FirstAdministrator(DoorConfiguration configuration, AccessOperations access) {
        this.configuration = configuration;
        this.access = access;
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        if (configuration.signInRequired() && !made()) {
            asking = Thread.ofVirtual().name("first-administrator").start(this::goOn);
        }
    }

    @PreDestroy
    void stop() {
        Thread thread = asking;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void goOn() {
        try {
            do {
                Thread.sleep(PAUSE);
            } while (!made());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The gateway ends.
        }
    }

    /** Whether it is known that there is one. */
    @SuppressWarnings("SystemOut") // For a person, not for a log that is kept.
    private boolean made() {
        try {
            access.ensureAdministrator()
                    .ifPresent(made -> System.out.println("The first administrator is '" + made.username()
                            + "' with the password " + made.password() + " (shown only now; change it soon)."));
            return true;
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unavailable) {
                LOG.warn(
                        "event=first-administrator-waits reason=\"{}\"",
                        e.problem().message());
                return false;
            }
            throw e;
        }
    }
}
