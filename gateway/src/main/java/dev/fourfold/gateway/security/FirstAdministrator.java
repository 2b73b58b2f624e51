package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where signing in is required, makes the first administrator and prints the password: once, and to the screen only. The
 * gateway starts without metadata-svc or PostgreSQL too; then it goes on asking. The password is chosen here, so that it
 * is not lost with an answer that does not arrive.
 */
@Singleton
final class FirstAdministrator implements ApplicationEventListener<ServerStartupEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int PASSWORD_BYTES = 18;

    private final DoorConfiguration configuration;
    private final AccessOperations access;
    private final String password = random();
    private volatile @Nullable Thread asking;

    /** Whether a call ended so that nobody knows what became of it. */
    private boolean inDoubt;

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
            if (access.ensureAdministrator(password) || (inDoubt && isOurs())) {
                System.out.println("The first administrator is '" + AccessOperations.FIRST_ADMINISTRATOR
                        + "' with the password " + password + " (shown only now; change it soon).");
            }
            return true;
        } catch (ProblemException e) {
            inDoubt = true;
            LOG.warn(
                    "event=first-administrator-waits reason=\"{}\"", e.problem().message());
            return false;
        } catch (RuntimeException e) {
            inDoubt = true;
            LOG.error("event=first-administrator-waits", e);
            return false;
        }
    }

    /** Whether a call whose answer did not arrive made the one that there is. */
    private boolean isOurs() {
        try {
            access.verify(new Credential(AccessOperations.FIRST_ADMINISTRATOR, password));
            return true;
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unauthenticated) {
                return false;
            }
            throw e;
        }
    }

    private static String random() {
        var bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        // Without underscores, so that it begins as no token does.
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replace('_', '-');
    }
}
