package dev.fourfold.metadata.access;

import java.util.List;

/**
 * Users, their tokens and sessions. Passwords are kept as salted slow hashes, the secrets of tokens and sessions (random,
 * 256 bits) as SHA-256.
 */
public interface AccessOperations {

    /**
     * Who shows this credential; {@code Unauthenticated} where nobody does, {@code LimitExceeded} after too many wrong
     * passwords of that user or from that address. Takes the same time for unknown names.
     */
    Identity verify(Credential credential);

    /**
     * A random key of 256 bits that all gateways of this platform share: to remember verified credentials by, where nobody
     * may learn what they are.
     */
    byte[] credentialKey();

    /** The name of the first administrator. */
    String FIRST_ADMINISTRATOR = "admin";

    /**
     * Where there is no user yet, makes the {@link #FIRST_ADMINISTRATOR} with this password, once in a platform's life.
     * Whoever did not get the answer tries whether the password is right.
     *
     * @return false where there is somebody
     */
    boolean ensureAdministrator(String password);

    /** Creates; {@code AlreadyExists} where the name is taken, {@code InvalidArgument} for a weak password. */
    User createUser(NewUser request);

    /** All users by name. */
    List<User> users();

    /** Replaces a password and ends every session of the user; every token stays. */
    void setPassword(String username, String password);

    /** Removes a user with all tokens and sessions; the last administrator cannot be removed ({@code InvalidState}). */
    void deleteUser(String username);

    /** Makes a token; its secret is in this answer only. {@code InvalidState} where the user has as many as may be. */
    IssuedToken createToken(NewToken request);

    /** A user's tokens without their secrets, newest first. */
    List<IssuedToken> tokens(String username);

    /** Revokes at once; {@code NotFound} where the user has no such token. */
    void revokeToken(String username, String tokenId);

    /**
     * Opens a session for who shows a password, refused as {@link #verify} refuses; its secret is in this answer only.
     * {@code InvalidState} where the user has a thousand.
     */
    IssuedSession openSession(NewSession request);

    /** A user's sessions that have not ended, without their secrets, newest first. */
    List<IssuedSession> sessions(String username);

    /** Ends at once; {@code NotFound} where the user has no such session. */
    void endSession(String username, String sessionId);
}
