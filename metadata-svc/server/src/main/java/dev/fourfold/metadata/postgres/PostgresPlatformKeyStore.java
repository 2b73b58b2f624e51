package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.PlatformKeyStore;
import jakarta.inject.Singleton;

/** Keys in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresPlatformKeyStore implements PlatformKeyStore {

    private final Postgres postgres;

    PostgresPlatformKeyStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public byte[] keep(String name, byte[] candidate) {
        return postgres.write(connection -> {
            Rows.update(
                    connection,
                    "INSERT INTO platform_keys (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                    name,
                    candidate);
            return Rows.first(
                            connection, "SELECT value FROM platform_keys WHERE name = ?", row -> row.getBytes(1), name)
                    .orElseThrow();
        });
    }
}
