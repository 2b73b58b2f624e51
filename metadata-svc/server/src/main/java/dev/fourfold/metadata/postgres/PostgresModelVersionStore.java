package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.ModelStage;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionPage;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.ModelVersionStore;
import dev.fourfold.metadata.registry.NewModelVersion;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.RegistryProblems;
import dev.fourfold.metadata.registry.StoredVersion;
import dev.fourfold.metadata.search.ModelVersionSearch;
import dev.fourfold.metadata.text.Python;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Model versions in PostgreSQL. Whoever changes a version and its model locks the model's row first. */
@Singleton
@ServesMetadata
final class PostgresModelVersionStore implements ModelVersionStore {

    private final Postgres postgres;
    private final Searches searches;

    PostgresModelVersionStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public ModelVersion create(NewModelVersion version) {
        return postgres.write(connection -> {
            // The row stays locked until the end, so whoever comes next counts on from here.
            var next = Rows.first(
                            connection,
                            """
                            UPDATE registered_models SET last_version = last_version + 1, last_updated_time = ?
                            WHERE name = ? RETURNING registered_pk, last_version""",
                            row -> new Next(row.getLong(1), row.getLong(2)),
                            version.nowMillis(),
                            version.name())
                    .orElseThrow(() -> RegistryProblems.modelNotFound(version.name()));
            var origin = version.origin();
            long pk = Rows.first(
                            connection,
                            """
                            INSERT INTO model_versions (registered_pk, version, description, source, storage_location,
                                run_id, run_link, creation_time, last_updated_time)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING version_pk""",
                            row -> row.getLong(1),
                            next.modelPk(),
                            next.version(),
                            version.description(),
                            origin.source(),
                            origin.storageLocation(),
                            origin.runId(),
                            version.runLink(),
                            version.nowMillis(),
                            version.nowMillis())
                    .orElseThrow();
            Rows.update(
                    connection,
                    "INSERT INTO model_version_tags (version_pk, key, value) SELECT ?, * FROM unnest(?, ?)",
                    pk,
                    version.tags().stream().map(Tag::key).toArray(String[]::new),
                    version.tags().stream().map(Tag::value).toArray(String[]::new));
            if (origin.loggedModelId() != null) {
                tell(connection, origin.loggedModelId(), version.name(), next.version());
            }
            return find(connection, version.name(), next.version())
                    .orElseThrow()
                    .version();
        });
    }

    @Override
    public Optional<StoredVersion> find(String name, long version) {
        return postgres.read(connection -> find(connection, name, version));
    }

    @Override
    public List<StoredVersion> latest(String name, Set<ModelStage> stages) {
        return postgres.read(connection -> {
            long pk = Rows.first(
                            connection,
                            "SELECT registered_pk FROM registered_models WHERE name = ?",
                            row -> row.getLong(1),
                            name)
                    .orElseThrow(() -> RegistryProblems.modelNotFound(name));
            var rows =
                    VersionRow.newest(connection, new long[] {pk}, List.copyOf(stages), VersionRow.BY_FIRST_OF_STAGE);
            return VersionRow.whole(connection, rows);
        });
    }

    @Override
    public ModelVersionPage search(ModelVersionQuery query) {
        var compiled = ModelVersionSearch.compile(query);
        return searches.read(connection -> {
            var page = Found.page(connection, compiled);
            var rows = Rows.list(
                    connection,
                    "SELECT " + VersionRow.COLUMNS + VersionRow.FROM + " WHERE v.version_pk = ANY (?)",
                    VersionRow::read,
                    Found.array(page.keys()));
            var inOrder = Found.inOrder(page.keys(), rows, VersionRow::pk);
            return new ModelVersionPage(VersionRow.bare(connection, inOrder), page.nextPageToken());
        });
    }

    @Override
    public ModelVersion update(String name, long version, @Nullable String description, long nowMillis) {
        return postgres.write(connection -> {
            Rows.update(
                    connection,
                    "UPDATE model_versions SET description = ?, last_updated_time = ? WHERE version_pk = ?",
                    description,
                    nowMillis,
                    locked(connection, name, version, "NO KEY UPDATE"));
            return find(connection, name, version).orElseThrow().version();
        });
    }

    @Override
    public ModelVersion moveToStage(
            String name, long version, ModelStage stage, boolean archiveOthers, long nowMillis) {
        return postgres.write(connection -> {
            long modelPk = touch(connection, name, version, nowMillis);
            long pk = locked(connection, name, version, "NO KEY UPDATE");
            if (archiveOthers) {
                var archived = Rows.list(connection, """
                        UPDATE model_versions SET stage = 'ARCHIVED', last_updated_time = ?
                        WHERE registered_pk = ? AND stage = ? AND version_pk <> ? RETURNING version""", row -> row.getLong(1), nowMillis, modelPk, stage.name(), pk);
                promoted(
                        connection,
                        modelPk,
                        ModelStage.ARCHIVED,
                        nowMillis,
                        Found.array(archived.stream().sorted().toList()));
            }
            var before = Rows.first(
                            connection, """
                            UPDATE model_versions v SET stage = ?, last_updated_time = ? FROM model_versions old
                            WHERE v.version_pk = ? AND old.version_pk = v.version_pk RETURNING old.stage""", row -> ModelStage.valueOf(row.getString(1)), stage.name(), nowMillis, pk)
                    .orElseThrow();
            if (stage != before && stage != ModelStage.NONE) {
                promoted(connection, modelPk, stage, nowMillis, version);
            }
            return find(connection, name, version).orElseThrow().version();
        });
    }

    @Override
    public void delete(String name, long version, long nowMillis) {
        postgres.write(connection -> {
            long modelPk = touch(connection, name, version, nowMillis);
            int gone = Rows.update(
                    connection, "DELETE FROM model_versions WHERE registered_pk = ? AND version = ?", modelPk, version);
            if (gone == 0) {
                throw RegistryProblems.versionNotFound(name, version);
            }
            return gone;
        });
    }

    @Override
    public void setTag(String name, long version, Tag tag) {
        postgres.write(connection -> {
            long pk = locked(connection, name, version, "KEY SHARE");
            return Rows.update(connection, """
                    INSERT INTO model_version_tags (version_pk, key, value) VALUES (?, ?, ?)
                    ON CONFLICT (version_pk, key) DO UPDATE SET value = excluded.value""", pk, tag.key(), tag.value());
        });
    }

    @Override
    public void deleteTag(String name, long version, String key) {
        postgres.write(connection -> {
            long pk = locked(connection, name, version, "KEY SHARE");
            return Rows.update(connection, "DELETE FROM model_version_tags WHERE version_pk = ? AND key = ?", pk, key);
        });
    }

    /** The number of the version's row, which is locked until the transaction ends. */
    static long locked(Connection connection, String name, long version, String lock) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT v.version_pk" + VersionRow.FROM + " WHERE m.name = ? AND v.version = ? FOR " + lock
                                + " OF v",
                        row -> row.getLong(1),
                        name,
                        version)
                .orElseThrow(() -> RegistryProblems.versionNotFound(name, version));
    }

    static Optional<StoredVersion> find(Connection connection, String name, long version) throws SQLException {
        var rows = Rows.list(
                connection,
                "SELECT " + VersionRow.COLUMNS + VersionRow.FROM + " WHERE m.name = ? AND v.version = ?",
                VersionRow::read,
                name,
                version);
        return VersionRow.whole(connection, rows).stream().findFirst();
    }

    /** Marks the model as updated, and keeps others from changing it until the transaction ends. */
    private static long touch(Connection connection, String name, long version, long nowMillis) throws SQLException {
        return Rows.first(
                        connection,
                        "UPDATE registered_models SET last_updated_time = ? WHERE name = ? RETURNING registered_pk",
                        row -> row.getLong(1),
                        nowMillis,
                        name)
                .orElseThrow(() -> RegistryProblems.versionNotFound(name, version));
    }

    private static void promoted(
            Connection connection, long modelPk, ModelStage stage, long nowMillis, long... versions)
            throws SQLException {
        PostgresPromotionStore.record(connection, modelPk, Promotion.Kind.STAGE, stage.label(), nowMillis, versions);
    }

    /** Adds the version to the list in the logged model's tag; what is no list there is replaced. */
    private static void tell(Connection connection, String modelId, String name, long version) throws SQLException {
        var logged = Rows.first(
                        connection,
                        """
                        SELECT m.model_pk, t.value FROM logged_models m
                        LEFT JOIN logged_model_tags t ON t.model_pk = m.model_pk AND t.key = 'mlflow.modelVersions'
                        WHERE m.model_id = ? AND NOT m.deleted FOR NO KEY UPDATE OF m""",
                        row -> new Logged(row.getLong(1), Optional.ofNullable(row.getString(2))),
                        modelId)
                .orElseThrow(() -> RegistryProblems.loggedModelNotFound(modelId));
        var entry = "{\"name\": " + Python.json(name) + ", \"version\": " + version + "}]";
        var list = logged.versions()
                .map(String::strip)
                .filter(text -> text.startsWith("[{") && text.endsWith("}]"))
                .map(text -> text.substring(0, text.length() - 1) + ", " + entry)
                .orElse("[" + entry);
        Rows.update(connection, """
                INSERT INTO logged_model_tags (model_pk, key, value) VALUES (?, 'mlflow.modelVersions', ?)
                ON CONFLICT (model_pk, key) DO UPDATE SET value = excluded.value""", logged.pk(), list);
    }

    private record Next(long modelPk, long version) {}

    private record Logged(long pk, Optional<String> versions) {}
}
