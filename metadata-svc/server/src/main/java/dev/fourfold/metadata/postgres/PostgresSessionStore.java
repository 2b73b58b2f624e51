package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.SessionStore;
import dev.fourfold.metadata.access.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Sessions in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresSessionStore implements SessionStore {

    private final Postgres postgres;

    PostgresSessionStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public Addition add(StoredSession session, String passwordHash, int most) {
        return postgres.write(connection -> {
            // More than one goes for each that comes, so that they do not pile up; who is being removed is left alone.
            Rows.update(connection, """
                    DELETE FROM sessions WHERE session_id IN (
                        SELECT session_id FROM sessions WHERE expiry_time <= ? ORDER BY expiry_time LIMIT 100
                        FOR UPDATE SKIP LOCKED)""", session.creationTimeMillis());
            // A user's sessions are opened one after another, so that they can be counted.
            boolean there = Rows.first(
                            connection,
                            "SELECT 1 FROM users WHERE username = ? AND password_hash = ? FOR NO KEY UPDATE",
                            row -> true,
                            session.username(),
                            passwordHash)
                    .isPresent();
            if (!there) {
                return Addition.REFUSED;
            }
            int added = Rows.update(
                    connection,
                    """
                    INSERT INTO sessions (session_id, username, hash, creation_time, expiry_time)
                    SELECT ?, ?, ?, ?, ?
                    WHERE (SELECT count(*) FROM sessions WHERE username = ? AND expiry_time > ?) < ?""",
                    session.sessionId(),
                    session.username(),
                    session.hash().bytes(),
                    session.creationTimeMillis(),
                    session.expiryTimeMillis(),
                    session.username(),
                    session.creationTimeMillis(),
                    most);
            return added == 1 ? Addition.ADDED : Addition.TOO_MANY;
        });
    }

    @Override
    public List<StoredSession> ofUser(String username, long nowMillis) {
        return postgres.single(connection -> Rows.list(connection, """
                SELECT session_id, username, hash, creation_time, expiry_time FROM sessions
                WHERE username = ? AND expiry_time > ? ORDER BY creation_time DESC, session_id LIMIT 1000""", row -> read(row, 1), username, nowMillis));
    }

    @Override
    public boolean remove(String username, String sessionId) {
        return postgres.write(connection -> Rows.update(
                        connection, "DELETE FROM sessions WHERE username = ? AND session_id = ?", username, sessionId)
                == 1);
    }

    @Override
    public Optional<Holder> holder(Sha256 hash) {
        return postgres.single(connection -> Rows.first(
                connection, """
                SELECT username, administrator, users.creation_time,
                    session_id, username, hash, sessions.creation_time, expiry_time
                FROM sessions JOIN users USING (username) WHERE hash = ?""", row -> new Holder(PostgresUserStore.read(row), read(row, 4)), (Object) hash.bytes()));
    }

    private static StoredSession read(ResultSet row, int first) throws SQLException {
        return new StoredSession(
                row.getString(first),
                row.getString(first + 1),
                Sha256.ofBytes(row.getBytes(first + 2)),
                row.getLong(first + 3),
                row.getLong(first + 4));
    }
}
