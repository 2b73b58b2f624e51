package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows at the door: a name and a password (HTTP Basic), or a token alone (HTTP Bearer). Never logged.
 *
 * @param username null for a token
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Credential(@Nullable String username, String secret) {

    @Override
    public String toString() {
        return "Credential[username=" + username + "]";
    }
}
