package dev.fourfold.metadata.access;

import java.util.List;
import java.util.Optional;

/** Users and their tokens. Passwords are kept as salted slow hashes, tokens (random, 256 bits) as SHA-256. */
public interface AccessOperations {

    /** Who shows this credential; {@code Unauthenticated} where nobody does. Takes the same time for unknown names. */
    User verify(Credential credential);

    /**
     * Where there is no user yet, makes the administrator {@code admin} with a random password and answers it, once in
     * a platform's life; otherwise answers nothing.
     */
    Optional<NewUser> ensureAdministrator();

    /** Creates; {@code AlreadyExists} where the name is taken, {@code InvalidArgument} for a weak password. */
    User createUser(NewUser request);

    /** All users by name. */
    List<User> users();

    /** Replaces a password; every token of the user stays. */
    void setPassword(String username, String password);

    /** Removes a user with all tokens; the last administrator cannot be removed ({@code InvalidState}). */
    void deleteUser(String username);

    /** Makes a token; its secret is in this answer only. */
    IssuedToken createToken(NewToken request);

    /** A user's tokens without their secrets, newest first. */
    List<IssuedToken> tokens(String username);

    /** Revokes at once; {@code NotFound} where the user has no such token. */
    void revokeToken(String username, String tokenId);
}
