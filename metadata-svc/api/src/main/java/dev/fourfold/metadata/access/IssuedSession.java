package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A session as its owner sees it.
 *
 * @param secret what stands for the session, present only in the answer that opened it; only its hash is kept
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IssuedSession(
        String sessionId,
        String username,
        long creationTimeMillis,
        long expiryTimeMillis,
        @Nullable String secret) {

    @Override
    public String toString() {
        return "IssuedSession[sessionId=" + sessionId + ", username=" + username + "]";
    }
}
