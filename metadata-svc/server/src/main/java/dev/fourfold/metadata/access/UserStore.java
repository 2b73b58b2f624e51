package dev.fourfold.metadata.access;

import java.util.List;
import java.util.Optional;

/** Keeps users with the slow hashes of their passwords; {@code Unavailable} where the store is away. */
public interface UserStore {

    /** The user of exactly this name. */
    Optional<StoredUser> find(String username);

    /** False where the name is taken. */
    boolean add(StoredUser user);

    /** Adds where there is no user at all; of several callers at once exactly one gets true. */
    boolean addFirst(StoredUser user);

    /** All by name. */
    List<User> all();

    /** Ends the user's sessions too; false where there is no such user. */
    boolean setPasswordHash(String username, String passwordHash);

    /** Removes a user with all tokens, but never the last administrator. */
    Removal remove(String username);

    /** A user as kept. */
    record StoredUser(User user, String passwordHash) {

        @Override
        public String toString() {
            return "StoredUser[user=" + user + "]";
        }
    }

    /** What became of a removal. */
    enum Removal {
        REMOVED,
        UNKNOWN,
        LAST_ADMINISTRATOR
    }
}
