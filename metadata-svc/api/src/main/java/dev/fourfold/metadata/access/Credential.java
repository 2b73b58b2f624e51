package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows at the door: a name and a password (HTTP Basic), or the secret of a token or a session alone (HTTP
 * Bearer, or a cookie). Never logged.
 *
 * @param username null for a token or a session
 * @param address where the caller calls from, whose wrong passwords are counted; null where that is not known
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Credential(
        @Nullable String username, String secret, @Nullable String address) {

    /** From nowhere in particular. */
    public Credential(@Nullable String username, String secret) {
        this(username, secret, null);
    }

    @Override
    public String toString() {
        return "Credential[username=" + username + "]";
    }
}
