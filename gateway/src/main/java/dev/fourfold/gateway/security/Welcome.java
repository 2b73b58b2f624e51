package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.access.Credential;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;

/** Whether who was let in would be let in still: an answer that goes on for hours asks now and then. */
@Singleton
public final class Welcome {

    private final DoorConfiguration configuration;
    private final Credentials credentials;
    private final KnownCallers callers;

    Welcome(DoorConfiguration configuration, Credentials credentials, KnownCallers callers) {
        this.configuration = configuration;
        this.credentials = credentials;
        this.callers = callers;
    }

    /** What tells it of who asked for this, whenever it is asked. */
    public BooleanSupplier of(HttpRequest<?> request) {
        if (!configuration.signInRequired()) {
            return () -> true;
        }
        return credentials
                .of(request)
                .<BooleanSupplier>map(credential -> () -> holds(credential))
                .orElse(() -> true);
    }

    private boolean holds(Credential credential) {
        try {
            callers.verify(credential);
            return true;
        } catch (ProblemException e) {
            // A store that is away has told nobody of a revocation either: the next question tells.
            return !(e.problem() instanceof Problem.Unauthenticated);
        }
    }
}
