package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.User;
import dev.fourfold.metadata.access.UserStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Users in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresUserStore implements UserStore {

    private static final String COLUMNS = "username, administrator, creation_time";

    private final Postgres postgres;

    PostgresUserStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public Optional<StoredUser> find(String username) {
        return postgres.single(connection -> Rows.first(
                connection,
                "SELECT " + COLUMNS + ", password_hash FROM users WHERE username = ?",
                row -> new StoredUser(read(row), row.getString(4)),
                username));
    }

    @Override
    public boolean add(StoredUser user) {
        return postgres.write(connection -> insert(connection, user));
    }

    @Override
    public boolean addFirst(StoredUser user) {
        return postgres.write(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
            }
            boolean none = Rows.first(connection, "SELECT 1 FROM users LIMIT 1", row -> true)
                    .isEmpty();
            return none && insert(connection, user);
        });
    }

    @Override
    public List<User> all() {
        return postgres.single(connection ->
                Rows.list(connection, "SELECT " + COLUMNS + " FROM users ORDER BY username", PostgresUserStore::read));
    }

    @Override
    public boolean setPasswordHash(String username, String passwordHash) {
        return postgres.write(connection -> {
            // First the user: who opens a session meanwhile waits for it, and sees the new password.
            int changed = Rows.update(
                    connection, "UPDATE users SET password_hash = ? WHERE username = ?", passwordHash, username);
            Rows.update(connection, "DELETE FROM sessions WHERE username = ?", username);
            return changed == 1;
        });
    }

    @Override
    public Removal remove(String username) {
        return postgres.write(connection -> {
            // All administrators are locked, so that of two who are removed at once one stays.
            var administrators = Rows.list(
                    connection,
                    "SELECT username FROM users WHERE administrator ORDER BY username FOR UPDATE",
                    row -> row.getString(1));
            if (administrators.equals(List.of(username))) {
                return Removal.LAST_ADMINISTRATOR;
            }
            int gone = Rows.update(connection, "DELETE FROM users WHERE username = ?", username);
            return gone == 1 ? Removal.REMOVED : Removal.UNKNOWN;
        });
    }

    static User read(ResultSet row) throws SQLException {
        return new User(row.getString(1), row.getBoolean(2), row.getLong(3));
    }

    private static boolean insert(Connection connection, StoredUser user) throws SQLException {
        return Rows.update(
                        connection,
                        """
                        INSERT INTO users (username, administrator, creation_time, password_hash) VALUES (?, ?, ?, ?)
                        ON CONFLICT (username) DO NOTHING""",
                        user.user().username(),
                        user.user().administrator(),
                        user.user().creationTimeMillis(),
                        user.passwordHash())
                == 1;
    }
}
