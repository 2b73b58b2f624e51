package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Asks for a user; the password has at least 12 characters. Never logged. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewUser(String username, String password, boolean administrator) {

    @Override
    public String toString() {
        return "NewUser[username=" + username + "]";
    }
}
