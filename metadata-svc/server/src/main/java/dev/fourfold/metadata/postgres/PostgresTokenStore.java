package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.Sha256;
import dev.fourfold.metadata.access.TokenStore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Tokens in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresTokenStore implements TokenStore {

    private final Postgres postgres;

    PostgresTokenStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public Addition add(StoredToken token, int most) {
        return postgres.write(connection -> {
            // A user's tokens are made one after another, so that they can be counted.
            boolean there = Rows.first(
                            connection,
                            "SELECT 1 FROM users WHERE username = ? FOR NO KEY UPDATE",
                            row -> true,
                            token.username())
                    .isPresent();
            if (!there) {
                return Addition.NO_SUCH_USER;
            }
            // More than one goes for each that comes.
            Rows.update(connection, """
                    DELETE FROM tokens WHERE token_id IN (
                        SELECT token_id FROM tokens WHERE username = ? AND expiry_time <= ? ORDER BY expiry_time LIMIT 100)""", token.username(), token.creationTimeMillis());
            int added = Rows.update(
                    connection,
                    """
                    INSERT INTO tokens (token_id, username, label, hash, creation_time, expiry_time)
                    SELECT ?, ?, ?, ?, ?, ?::bigint
                    WHERE (SELECT count(*) FROM tokens
                        WHERE username = ? AND (expiry_time IS NULL OR expiry_time > ?)) < ?""",
                    token.tokenId(),
                    token.username(),
                    token.label(),
                    token.hash().bytes(),
                    token.creationTimeMillis(),
                    token.expiryTimeMillis(),
                    token.username(),
                    token.creationTimeMillis(),
                    most);
            return added == 1 ? Addition.ADDED : Addition.TOO_MANY;
        });
    }

    @Override
    public List<StoredToken> ofUser(String username) {
        return postgres.single(connection -> Rows.list(
                connection,
                """
                SELECT token_id, username, label, hash, creation_time, expiry_time FROM tokens WHERE username = ?
                ORDER BY creation_time DESC, token_id""",
                row -> new StoredToken(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Sha256.ofBytes(row.getBytes(4)),
                        row.getLong(5),
                        row.getObject(6, Long.class)),
                username));
    }

    @Override
    public boolean remove(String username, String tokenId) {
        return postgres.write(connection ->
                Rows.update(connection, "DELETE FROM tokens WHERE username = ? AND token_id = ?", username, tokenId)
                        == 1);
    }

    @Override
    public Optional<Owner> owner(Sha256 hash) {
        return postgres.single(connection -> Rows.first(
                connection,
                """
                SELECT username, administrator, users.creation_time, hash, expiry_time, token_id
                FROM tokens JOIN users USING (username) WHERE hash = ?""",
                row -> new Owner(
                        PostgresUserStore.read(row),
                        row.getString(6),
                        Sha256.ofBytes(row.getBytes(4)),
                        row.getObject(5, Long.class)),
                (Object) hash.bytes()));
    }
}
