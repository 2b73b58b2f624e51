package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.ArtifactLocation;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelPage;
import dev.fourfold.metadata.model.ModelProblems;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.model.ModelStore;
import dev.fourfold.metadata.model.NewModel;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.search.ModelSearch;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Logged models in PostgreSQL. Whoever changes params or tags of a model locks its row first. */
@Singleton
@ServesMetadata
final class PostgresLoggedModelStore implements ModelStore {

    private static final String ADD_PARAMS =
            "INSERT INTO logged_model_params (model_pk, key, value) SELECT ?, * FROM unnest(?::text[], ?::text[])";
    private static final String SET_TAGS = """
            INSERT INTO logged_model_tags (model_pk, key, value) SELECT ?, * FROM unnest(?::text[], ?::text[])
            ON CONFLICT (model_pk, key) DO UPDATE SET value = excluded.value""";

    private final Postgres postgres;
    private final Searches searches;

    PostgresLoggedModelStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public LoggedModel create(NewModel model) {
        return postgres.write(connection -> {
            var location = Homes.activeLocation(connection, model.experimentId());
            var row = Rows.first(
                            connection,
                            """
                            INSERT INTO logged_models (model_id, experiment_id, name, artifact_uri, creation_time,
                                last_updated_time, status, model_type, source_run_id)
                            VALUES (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?) RETURNING\s""" + LoggedModelRow.COLUMNS,
                            LoggedModelRow::read,
                            model.modelId(),
                            model.experimentId(),
                            model.name(),
                            ArtifactLocation.ofModel(location, model.modelId()),
                            model.creationTimeMillis(),
                            model.creationTimeMillis(),
                            model.modelType(),
                            model.sourceRunId())
                    .orElseThrow();
            addParams(connection, row.pk(), model.params());
            setTags(connection, row.pk(), model.tags());
            return withData(connection, row);
        });
    }

    @Override
    public Optional<LoggedModel> find(String modelId, boolean allowDeleted) {
        return postgres.read(connection -> {
            var row = Rows.first(
                    connection,
                    "SELECT " + LoggedModelRow.COLUMNS
                            + " FROM logged_models WHERE model_id = ? AND (? OR NOT deleted)",
                    LoggedModelRow::read,
                    modelId,
                    allowDeleted);
            return row.isEmpty() ? Optional.empty() : Optional.of(withData(connection, row.get()));
        });
    }

    @Override
    public ModelPage search(ModelQuery query) {
        var compiled = ModelSearch.compile(query);
        return searches.read(connection -> {
            var page = Found.page(connection, compiled);
            var rows = Rows.list(
                    connection,
                    "SELECT " + LoggedModelRow.COLUMNS + " FROM logged_models WHERE model_pk = ANY (?)",
                    LoggedModelRow::read,
                    Found.array(page.keys()));
            var models = LoggedModelData.of(connection, Found.inOrder(page.keys(), rows, LoggedModelRow::pk));
            var place = page.nextPageToken();
            return new ModelPage(models, place == null ? null : ModelSearch.pageToken(query, place));
        });
    }

    @Override
    public LoggedModel finish(String modelId, ModelStatus status, long nowMillis) {
        return postgres.write(connection -> {
            var row = Rows.first(
                            connection,
                            "UPDATE logged_models SET status = ?, last_updated_time = ? WHERE model_id = ? RETURNING "
                                    + LoggedModelRow.COLUMNS,
                            LoggedModelRow::read,
                            status.name(),
                            nowMillis,
                            modelId)
                    .orElseThrow(() -> ModelProblems.notFound(modelId));
            return withData(connection, row);
        });
    }

    @Override
    public void delete(String modelId, long nowMillis) {
        postgres.write(connection -> {
            int marked = Rows.update(
                    connection,
                    "UPDATE logged_models SET deleted = true, last_updated_time = ? WHERE model_id = ?",
                    nowMillis,
                    modelId);
            if (marked == 0) {
                throw ModelProblems.notFound(modelId);
            }
            return marked;
        });
    }

    @Override
    public void setTags(String modelId, List<Tag> tags) {
        postgres.write(connection -> {
            long pk = lock(connection, modelId);
            setTags(connection, pk, tags);
            return pk;
        });
    }

    @Override
    public void deleteTag(String modelId, String key) {
        postgres.write(connection -> {
            long pk = lock(connection, modelId);
            int gone = Rows.update(connection, "DELETE FROM logged_model_tags WHERE model_pk = ? AND key = ?", pk, key);
            if (gone == 0) {
                throw ModelProblems.noSuchTag(modelId, key);
            }
            return gone;
        });
    }

    @Override
    public void addParams(String modelId, List<Param> params) {
        postgres.write(connection -> {
            long pk = lock(connection, modelId);
            var known = Rows.list(
                    connection,
                    "SELECT key, value FROM logged_model_params WHERE model_pk = ? AND key = ANY (?)",
                    row -> new Param(row.getString(1), row.getString(2)),
                    pk,
                    params.stream().map(Param::key).toArray(String[]::new));
            for (var old : known) {
                for (var param : params) {
                    if (param.key().equals(old.key()) && !param.value().equals(old.value())) {
                        throw ModelProblems.paramChanged(modelId, param.key(), old.value(), param.value());
                    }
                }
            }
            addParams(
                    connection,
                    pk,
                    params.stream().filter(param -> !known.contains(param)).toList());
            return pk;
        });
    }

    private static LoggedModel withData(Connection connection, LoggedModelRow row) throws SQLException {
        return LoggedModelData.of(connection, List.of(row)).getFirst();
    }

    private static void addParams(Connection connection, long pk, List<Param> params) throws SQLException {
        if (!params.isEmpty()) {
            Rows.update(
                    connection,
                    ADD_PARAMS,
                    pk,
                    params.stream().map(Param::key).toArray(String[]::new),
                    params.stream().map(Param::value).toArray(String[]::new));
        }
    }

    private static void setTags(Connection connection, long pk, List<Tag> tags) throws SQLException {
        if (!tags.isEmpty()) {
            Rows.update(
                    connection,
                    SET_TAGS,
                    pk,
                    tags.stream().map(Tag::key).toArray(String[]::new),
                    tags.stream().map(Tag::value).toArray(String[]::new));
        }
    }

    private static long lock(Connection connection, String modelId) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT model_pk FROM logged_models WHERE model_id = ? FOR NO KEY UPDATE",
                        row -> row.getLong(1),
                        modelId)
                .orElseThrow(() -> ModelProblems.notFound(modelId));
    }
}
