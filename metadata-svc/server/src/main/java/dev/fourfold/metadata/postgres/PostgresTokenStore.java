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
    public boolean add(StoredToken token) {
        return postgres.write(connection -> Rows.update(
                        connection,
                        """
                        INSERT INTO tokens (token_id, username, label, hash, creation_time, expiry_time)
                        SELECT ?, username, ?, ?, ?, ?::bigint FROM users WHERE username = ? FOR KEY SHARE""",
                        token.tokenId(),
                        token.label(),
                        token.hash().bytes(),
                        token.creationTimeMillis(),
                        token.expiryTimeMillis(),
                        token.username())
                == 1);
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
