package dev.fourfold.gateway.security;

import dev.fourfold.metadata.access.AccessOperations;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;

/** Where signing in is required, makes the first administrator and prints the password: once, and to the screen only. */
@Singleton
final class FirstAdministrator implements ApplicationEventListener<ServerStartupEvent> {

    private final DoorConfiguration configuration;
    private final AccessOperations access;

    FirstAdministrator(DoorConfiguration configuration, AccessOperations access) {
        this.configuration = configuration;
        this.access = access;
    }

    @Override
    @SuppressWarnings("SystemOut") // For a person, not for a log that is kept.
    public void onApplicationEvent(ServerStartupEvent event) {
        if (configuration.signInRequired()) {
            access.ensureAdministrator()
                    .ifPresent(made -> System.out.println("The first administrator is '" + made.username()
                            + "' with the password " + made.password() + " (shown only now; change it soon)."));
        }
    }
}
