package dev.fourfold.metadata.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps tokens by their SHA-256; {@code Unavailable} where the store is away. */
public interface TokenStore {

    /** False where there is no such user. */
    boolean add(StoredToken token);

    /** A user's tokens, newest first. */
    List<StoredToken> ofUser(String username);

    /** False where the user has no such token. */
    boolean remove(String username, String tokenId);

    /** Whose token has this hash, whether expired or not. */
    Optional<Owner> owner(Sha256 hash);

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
