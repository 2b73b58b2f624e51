package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.ModelAlias;
import dev.fourfold.metadata.registry.ModelStage;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegistryProblems;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the table of registered models. */
record ModelRow(
        long pk, String name, @Nullable String description, long creationTimeMillis, long lastUpdatedTimeMillis) {

    static final String COLUMNS = "registered_pk, name, description, creation_time, last_updated_time";

    static ModelRow read(ResultSet row) throws SQLException {
        return new ModelRow(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5));
    }

    /**
     * The number of the model of that name, whose row is locked until the transaction ends.
     *
     * @param lock {@code KEY SHARE} keeps the model from going away, {@code NO KEY UPDATE} from being changed
     */
    static long locked(Connection connection, String name, String lock) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT registered_pk FROM registered_models WHERE name = ? FOR " + lock,
                        row -> row.getLong(1),
                        name)
                .orElseThrow(() -> RegistryProblems.modelNotFound(name));
    }

    /** The models with all that is shown of them, in the order of the rows: one statement for each kind of thing. */
    static List<RegisteredModel> whole(Connection connection, List<ModelRow> rows, String orderOfVersions)
            throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        long[] pks = rows.stream().mapToLong(ModelRow::pk).toArray();
        Map<Long, List<Tag>> tags = new HashMap<>();
        Rows.list(
                connection,
                "SELECT registered_pk, key, value FROM registered_model_tags WHERE registered_pk = ANY (?) ORDER BY key",
                row -> add(tags, row.getLong(1), new Tag(row.getString(2), row.getString(3))),
                pks);
        Map<Long, List<ModelAlias>> aliases = new HashMap<>();
        Rows.list(
                connection,
                "SELECT registered_pk, alias, version FROM model_aliases WHERE registered_pk = ANY (?) ORDER BY alias",
                row -> add(aliases, row.getLong(1), new ModelAlias(row.getString(2), row.getLong(3))),
                pks);
        var newest = VersionRow.newest(connection, pks, List.of(ModelStage.values()), orderOfVersions);
        var versions = VersionRow.bare(connection, newest);
        Map<Long, List<ModelVersion>> latest = new HashMap<>();
        for (int i = 0; i < newest.size(); i++) {
            add(latest, newest.get(i).modelPk(), versions.get(i));
        }
        return rows.stream()
                .map(row -> new RegisteredModel(
                        row.name(),
                        row.creationTimeMillis(),
                        row.lastUpdatedTimeMillis(),
                        row.description(),
                        latest.getOrDefault(row.pk(), List.of()),
                        tags.getOrDefault(row.pk(), List.of()),
                        aliases.getOrDefault(row.pk(), List.of())))
                .toList();
    }

    private static <T> boolean add(Map<Long, List<T>> to, long pk, T item) {
        return to.computeIfAbsent(pk, none -> new ArrayList<>()).add(item);
    }
}
