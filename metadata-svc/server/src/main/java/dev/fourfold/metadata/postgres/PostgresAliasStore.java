package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.registry.AliasStore;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.RegistryProblems;
import dev.fourfold.metadata.registry.StoredVersion;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Aliases of model versions in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresAliasStore implements AliasStore {

    private final Postgres postgres;

    PostgresAliasStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public Optional<StoredVersion> find(String name, String alias) {
        return postgres.read(connection -> {
            var named = Rows.first(
                            connection, """
                            SELECT a.version FROM registered_models m
                            LEFT JOIN model_aliases a ON a.registered_pk = m.registered_pk AND a.alias = ?
                            WHERE m.name = ?""", row -> Optional.ofNullable(row.getObject(1, Long.class)), alias, name)
                    .orElseThrow(() -> RegistryProblems.modelNotFound(name));
            return named.isEmpty() ? Optional.empty() : PostgresModelVersionStore.find(connection, name, named.get());
        });
    }

    @Override
    public void set(String name, String alias, long version, long nowMillis) {
        postgres.write(connection -> {
            long model = Rows.first(
                            connection,
                            "SELECT registered_pk FROM registered_models WHERE name = ? FOR NO KEY UPDATE",
                            row -> row.getLong(1),
                            name)
                    .orElseThrow(() -> RegistryProblems.versionNotFound(name, version));
            PostgresModelVersionStore.locked(connection, name, version, "KEY SHARE");
            int changed = Rows.update(connection, """
                    INSERT INTO model_aliases (registered_pk, alias, version) VALUES (?, ?, ?)
                    ON CONFLICT (registered_pk, alias) DO UPDATE SET version = excluded.version
                    WHERE model_aliases.version <> excluded.version""", model, alias, version);
            if (changed > 0) {
                PostgresPromotionStore.record(connection, model, Promotion.Kind.ALIAS, alias, nowMillis, version);
            }
            return changed;
        });
    }

    @Override
    public void delete(String name, String alias) {
        postgres.write(connection -> {
            long pk = ModelRow.locked(connection, name, "KEY SHARE");
            return Rows.update(
                    connection, "DELETE FROM model_aliases WHERE registered_pk = ? AND alias = ?", pk, alias);
        });
    }
}
