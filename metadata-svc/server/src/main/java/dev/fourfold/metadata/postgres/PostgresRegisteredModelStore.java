package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegisteredModelPage;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import dev.fourfold.metadata.registry.RegisteredModelStore;
import dev.fourfold.metadata.registry.RegistryProblems;
import dev.fourfold.metadata.search.RegisteredModelSearch;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registered models in PostgreSQL. Whoever changes a model and its versions locks the model's row first. */
@Singleton
@ServesMetadata
final class PostgresRegisteredModelStore implements RegisteredModelStore {

    private final Postgres postgres;
    private final Searches searches;

    PostgresRegisteredModelStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public RegisteredModel create(
            String name, @Nullable String description, List<Tag> tags, boolean prompt, long nowMillis) {
        return postgres.write(connection -> {
            var created = Rows.first(
                    connection, """
                    INSERT INTO registered_models (name, description, creation_time, last_updated_time)
                    VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING\s""" + ModelRow.COLUMNS, ModelRow::read, name, description, nowMillis, nowMillis);
            if (created.isEmpty()) {
                throw RegistryProblems.nameTaken(name, isPrompt(connection, name), prompt);
            }
            Rows.update(
                    connection,
                    "INSERT INTO registered_model_tags (registered_pk, key, value) SELECT ?, * FROM unnest(?, ?)",
                    created.get().pk(),
                    tags.stream().map(Tag::key).toArray(String[]::new),
                    tags.stream().map(Tag::value).toArray(String[]::new));
            return whole(connection, created.get());
        });
    }

    @Override
    public Optional<RegisteredModel> find(String name) {
        return postgres.read(connection -> {
            var rows = Rows.list(
                    connection,
                    "SELECT " + ModelRow.COLUMNS + " FROM registered_models WHERE name = ?",
                    ModelRow::read,
                    name);
            return ModelRow.whole(connection, rows, VersionRow.BY_FIRST_OF_STAGE).stream()
                    .findFirst();
        });
    }

    @Override
    public RegisteredModelPage search(RegisteredModelQuery query) {
        var compiled = RegisteredModelSearch.compile(query);
        return searches.read(connection -> {
            var page = Found.page(connection, compiled);
            var rows = Rows.list(
                    connection,
                    "SELECT " + ModelRow.COLUMNS + " FROM registered_models WHERE registered_pk = ANY (?)",
                    ModelRow::read,
                    Found.array(page.keys()));
            var inOrder = Found.inOrder(page.keys(), rows, ModelRow::pk);
            return new RegisteredModelPage(
                    ModelRow.whole(connection, inOrder, VersionRow.BY_STAGE), page.nextPageToken());
        });
    }

    @Override
    public RegisteredModel update(String name, @Nullable String description, long nowMillis) {
        return postgres.write(connection -> {
            var row = Rows.first(
                            connection,
                            "UPDATE registered_models SET description = ?, last_updated_time = ? WHERE name = ? RETURNING "
                                    + ModelRow.COLUMNS,
                            ModelRow::read,
                            description,
                            nowMillis,
                            name)
                    .orElseThrow(() -> RegistryProblems.modelNotFound(name));
            return whole(connection, row);
        });
    }

    @Override
    public RegisteredModel rename(String name, String newName, long nowMillis) {
        return postgres.write(
                connection -> {
                    var row = Rows.first(
                                    connection,
                                    "UPDATE registered_models SET name = ?, last_updated_time = ? WHERE name = ? RETURNING "
                                            + ModelRow.COLUMNS,
                                    ModelRow::read,
                                    newName,
                                    nowMillis,
                                    name)
                            .orElseThrow(() -> RegistryProblems.modelNotFound(name));
                    Rows.update(
                            connection,
                            "UPDATE model_versions SET last_updated_time = ? WHERE registered_pk = ?",
                            nowMillis,
                            row.pk());
                    return whole(connection, row);
                },
                () -> RegistryProblems.newNameTaken(newName));
    }

    @Override
    public void delete(String name) {
        postgres.write(connection -> {
            int gone = Rows.update(connection, "DELETE FROM registered_models WHERE name = ?", name);
            if (gone == 0) {
                throw RegistryProblems.modelNotFound(name);
            }
            return gone;
        });
    }

    @Override
    public void setTag(String name, Tag tag) {
        postgres.write(connection -> {
            long pk = ModelRow.locked(connection, name, "KEY SHARE");
            return Rows.update(connection, """
                    INSERT INTO registered_model_tags (registered_pk, key, value) VALUES (?, ?, ?)
                    ON CONFLICT (registered_pk, key) DO UPDATE SET value = excluded.value""", pk, tag.key(), tag.value());
        });
    }

    @Override
    public void deleteTag(String name, String key) {
        postgres.write(connection -> {
            long pk = ModelRow.locked(connection, name, "KEY SHARE");
            return Rows.update(
                    connection, "DELETE FROM registered_model_tags WHERE registered_pk = ? AND key = ?", pk, key);
        });
    }

    private static boolean isPrompt(Connection connection, String name) throws SQLException {
        return Rows.first(connection, """
                        SELECT 1 FROM registered_models m JOIN registered_model_tags t USING (registered_pk)
                        WHERE m.name = ? AND t.key = 'mlflow.prompt.is_prompt' AND lower(t.value) = 'true'""", row -> row.getInt(1), name).isPresent();
    }

    private static RegisteredModel whole(Connection connection, ModelRow row) throws SQLException {
        return ModelRow.whole(connection, List.of(row), VersionRow.BY_FIRST_OF_STAGE)
                .getFirst();
    }
}
