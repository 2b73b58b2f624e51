package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The generation of cached answers in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresCacheGenerationStore implements CacheGenerationStore {

    private static final String READ = "SELECT number, enabled, incarnation FROM cache_generation";
    private static final String ADVANCE = """
            UPDATE cache_generation SET number = number + 1, enabled = true, incarnation = ? WHERE number = ?
            RETURNING number, enabled, incarnation""";
    private static final String SWITCH_OFF = """
            UPDATE cache_generation SET number = number + 1, enabled = false WHERE enabled
            RETURNING number, enabled, incarnation""";

    private final Postgres postgres;

    PostgresCacheGenerationStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public CacheGeneration read() {
        return postgres.single(PostgresCacheGenerationStore::row);
    }

    @Override
    public CacheGeneration advance(long seenNumber, String incarnation) {
        return postgres.write(connection -> orRow(
                connection,
                Rows.first(connection, ADVANCE, PostgresCacheGenerationStore::read, incarnation, seenNumber)));
    }

    @Override
    public CacheGeneration switchOff() {
        return postgres.write(connection ->
                orRow(connection, Rows.first(connection, SWITCH_OFF, PostgresCacheGenerationStore::read)));
    }

    /** A statement of its own, because only a new one sees what the change that came first has committed. */
    private static CacheGeneration orRow(Connection connection, Optional<CacheGeneration> changed) throws SQLException {
        return changed.isPresent() ? changed.get() : row(connection);
    }

    private static CacheGeneration row(Connection connection) throws SQLException {
        return Rows.first(connection, READ, PostgresCacheGenerationStore::read).orElseThrow();
    }

    private static CacheGeneration read(ResultSet row) throws SQLException {
        return new CacheGeneration(row.getLong(1), row.getBoolean(2), row.getString(3));
    }
}
