package dev.fourfold.metadata.access;

import java.util.List;
import java.util.Optional;

/** Keeps sessions by the SHA-256 of their secrets; {@code Unavailable} where the store is away. */
public interface SessionStore {

    /**
     * Adds, and removes some that have ended.
     *
     * @param passwordHash the one that was verified
     * @param most how many sessions a user has at most, however many are opened at once
     */
    Addition add(StoredSession session, String passwordHash, int most);

    /** A user's sessions that end after this time, newest first. */
    List<StoredSession> ofUser(String username, long nowMillis);

    /** False where the user has no such session. */
    boolean remove(String username, String sessionId);

    /** Whose session has this hash, whether it has ended or not. */
    Optional<Holder> holder(Sha256 hash);

    /** What became of a new session. */
    enum Addition {
        ADDED,
        /** The user is gone, or has another password by now. */
        REFUSED,
        TOO_MANY
    }

    /** A session as kept. */
    record StoredSession(
            String sessionId, String username, Sha256 hash, long creationTimeMillis, long expiryTimeMillis) {}

    /** Who a session stands for. */
    record Holder(User user, StoredSession session) {}
}
