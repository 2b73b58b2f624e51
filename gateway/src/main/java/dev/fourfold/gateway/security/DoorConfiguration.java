package dev.fourfold.gateway.security;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;

/**
 * Who is let in.
 *
 * @param signIn whether everybody must sign in; {@code up} requires it at every address but the loopback
 * @param hosts names, without port, that a request's Host header may hold besides those of the loopback; where signing
 *     in is required, an empty list means any
 * @param origins origins such as {@code https://dash.example.org} whose pages may send changing requests, besides the
 *     gateway's own
 * @param proxies addresses, or ranges such as {@code 10.0.0.0/8}, of proxies in front, whose {@code X-Forwarded-For} says
 *     where a request comes from
 * @param sessionLifetime how long a session lasts, however much it is used
 */
@ConfigurationProperties("fourfold.security")
public record DoorConfiguration(
        @Bindable(defaultValue = "NONE") SignIn signIn,
        @Bindable(defaultValue = "") List<String> hosts,
        @Bindable(defaultValue = "") List<String> origins,
        @Bindable(defaultValue = "") List<String> proxies,
        @Bindable(defaultValue = "12h") Duration sessionLifetime) {

    /** A variable that is set to nothing binds as a list of one empty text. */
    public DoorConfiguration {
        hosts = withoutBlanks(hosts);
        origins = withoutBlanks(origins);
        proxies = withoutBlanks(proxies);
    }

    /** Whether callers must say who they are. */
    enum SignIn {
        NONE,
        REQUIRED
    }

    /** Whether nobody may come in as a stranger. */
    public boolean signInRequired() {
        return signIn == SignIn.REQUIRED;
    }

    private static List<String> withoutBlanks(List<String> texts) {
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }
}
