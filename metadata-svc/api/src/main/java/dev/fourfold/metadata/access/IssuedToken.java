package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A token as its owner sees it.
 *
 * @param secret the token itself, present only in the answer that made it; only its hash is kept
 * @param expiryTimeMillis null for a token that does not expire
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IssuedToken(
        String tokenId,
        String username,
        String label,
        long creationTimeMillis,
        @Nullable Long expiryTimeMillis,
        @Nullable String secret) {

    @Override
    public String toString() {
        return "IssuedToken[tokenId=" + tokenId + ", username=" + username + "]";
    }
}
