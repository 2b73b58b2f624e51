package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.ModelStage;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.StoredVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the table of model versions, with its model's name. */
record VersionRow(
        long pk,
        long modelPk,
        String name,
        long version,
        @Nullable String description,
        ModelStage stage,
        String source,
        String storageLocation,
        String runId,
        String runLink,
        long creationTimeMillis,
        long lastUpdatedTimeMillis) {

    static final String COLUMNS =
            "v.version_pk, v.registered_pk, m.name, v.version, v.description, v.stage, v.source, v.storage_location,"
                    + " v.run_id, v.run_link, v.creation_time, v.last_updated_time";

    static final String FROM = " FROM model_versions v JOIN registered_models m ON m.registered_pk = v.registered_pk";

    private static final String NEWEST = "SELECT " + COLUMNS + """
             FROM registered_models m CROSS JOIN unnest(?::text[]) s(stage)
            CROSS JOIN LATERAL (
                SELECT * FROM model_versions v WHERE v.registered_pk = m.registered_pk AND v.stage = s.stage
                ORDER BY v.version DESC LIMIT 1) v
            WHERE m.registered_pk = ANY (?) ORDER BY m.registered_pk,\s""";

    /** As MLflow answers a single model: the stages in the order in which its versions came to them, by number. */
    static final String BY_FIRST_OF_STAGE =
            "(SELECT min(o.version) FROM model_versions o WHERE o.registered_pk = m.registered_pk AND o.stage = s.stage)";

    /** As MLflow answers a search. */
    static final String BY_STAGE = "s.stage";

    static VersionRow read(ResultSet row) throws SQLException {
        return new VersionRow(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                ModelStage.valueOf(row.getString(6)),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getLong(11),
                row.getLong(12));
    }

    /** The newest version of each model in each stage, in one of the two orders within the model. */
    static List<VersionRow> newest(Connection connection, long[] modelPks, List<ModelStage> stages, String order)
            throws SQLException {
        return Rows.list(
                connection,
                NEWEST + order,
                VersionRow::read,
                stages.stream().map(ModelStage::name).toArray(String[]::new),
                modelPks);
    }

    /** The versions with their tags and without aliases, in the order of the rows. */
    static List<ModelVersion> bare(Connection connection, List<VersionRow> rows) throws SQLException {
        return versions(connection, rows, Map.of()).stream()
                .map(StoredVersion::version)
                .toList();
    }

    /** The versions with tags and aliases, in the order of the rows. */
    static List<StoredVersion> whole(Connection connection, List<VersionRow> rows) throws SQLException {
        Map<Long, List<String>> aliases = new HashMap<>();
        if (!rows.isEmpty()) {
            Rows.list(
                    connection,
                    """
                    SELECT v.version_pk, a.alias FROM model_versions v
                    JOIN model_aliases a ON a.registered_pk = v.registered_pk AND a.version = v.version
                    WHERE v.version_pk = ANY (?) ORDER BY a.alias""",
                    row -> aliases.computeIfAbsent(row.getLong(1), none -> new ArrayList<>())
                            .add(row.getString(2)),
                    pks(rows));
        }
        return versions(connection, rows, aliases);
    }

    private static List<StoredVersion> versions(
            Connection connection, List<VersionRow> rows, Map<Long, List<String>> aliases) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<Long, List<Tag>> tags = new HashMap<>();
        Rows.list(
                connection,
                "SELECT version_pk, key, value FROM model_version_tags WHERE version_pk = ANY (?) ORDER BY version_pk, key",
                row -> tags.computeIfAbsent(row.getLong(1), none -> new ArrayList<>())
                        .add(new Tag(row.getString(2), row.getString(3))),
                pks(rows));
        return rows.stream()
                .map(row -> new StoredVersion(
                        row.toVersion(
                                tags.getOrDefault(row.pk(), List.of()), aliases.getOrDefault(row.pk(), List.of())),
                        row.storageLocation()))
                .toList();
    }

    private static long[] pks(List<VersionRow> rows) {
        return rows.stream().mapToLong(VersionRow::pk).toArray();
    }

    private ModelVersion toVersion(List<Tag> tags, List<String> aliases) {
        return new ModelVersion(
                name,
                version,
                creationTimeMillis,
                lastUpdatedTimeMillis,
                description,
                stage,
                source,
                runId,
                runLink,
                tags,
                aliases);
    }
}
