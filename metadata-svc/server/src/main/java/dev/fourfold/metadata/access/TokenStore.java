package dev.fourfold.metadata.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps tokens by their SHA-256; {@code Unavailable} where the store is away. */
public interface TokenStore {

    /**
     * Adds, and removes some of the user's that have expired.
     *
     * @param most how many tokens a user has at most, however many are made at once
     */
    Addition add(StoredToken token, int most);

    /** A user's tokens, newest first. */
    List<StoredToken> ofUser(String username);

    /** False where the user has no such token. */
    boolean remove(String username, String tokenId);

    /** Whose token has this hash, whether expired or not. */
    Optional<Owner> owner(Sha256 hash);

    /** What became of a new token. */
    enum Addition {
        ADDED,
        NO_SUCH_USER,
        TOO_MANY
    }

    /** A token as kept. */
    record StoredToken(
            String tokenId,
            String username,
            String label,
            Sha256 hash,
            long creationTimeMillis,
            @Nullable Long expiryTimeMillis) {}

    /** Who a token stands for. */
    record Owner(
            User user,
            String tokenId,
            Sha256 hash,
            @Nullable Long expiryTimeMillis) {}
}
