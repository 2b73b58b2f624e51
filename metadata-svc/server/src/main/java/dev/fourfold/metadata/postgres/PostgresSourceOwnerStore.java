package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.registry.SourceOwnerStore;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Runs and logged models in PostgreSQL, as far as the registry asks about them. */
@Singleton
@ServesMetadata
final class PostgresSourceOwnerStore implements SourceOwnerStore {

    private final Postgres postgres;

    PostgresSourceOwnerStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public Optional<String> artifactUriOfRun(String runId) {
        return postgres.single(connection -> Rows.first(
                connection, "SELECT artifact_uri FROM runs WHERE run_id = ?", row -> row.getString(1), runId));
    }

    @Override
    public Optional<LoggedModelOrigin> loggedModel(String modelId) {
        return postgres.single(connection ->
                Rows.first(connection, """
                SELECT artifact_uri, coalesce(source_run_id, '') FROM logged_models
                WHERE model_id = ? AND NOT deleted""", row -> new LoggedModelOrigin(row.getString(1), row.getString(2)), modelId));
    }
}
