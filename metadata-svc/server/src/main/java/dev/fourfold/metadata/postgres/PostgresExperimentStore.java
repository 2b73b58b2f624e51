package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.ArtifactLocation;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentPage;
import dev.fourfold.metadata.experiment.ExperimentProblems;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.experiment.ExperimentStore;
import dev.fourfold.metadata.experiment.NewExperiment;
import dev.fourfold.metadata.search.ExperimentSearch;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Experiments in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresExperimentStore implements ExperimentStore {

    private static final String COLUMNS =
            "experiment_id, name, artifact_location, deleted, creation_time, last_update_time";

    private final Postgres postgres;
    private final Searches searches;

    PostgresExperimentStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public Experiment create(NewExperiment experiment) {
        return postgres.write(connection -> {
            long id = Rows.first(
                            connection,
                            """
                            INSERT INTO experiments (name, artifact_location, creation_time, last_update_time)
                            VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING experiment_id""",
                            row -> row.getLong(1),
                            experiment.name(),
                            locationOr(experiment, ""),
                            experiment.creationTimeMillis(),
                            experiment.creationTimeMillis())
                    .orElseThrow(() -> ExperimentProblems.nameTaken(experiment.name()));
            var location = locationOr(experiment, ArtifactLocation.ofExperiment(id));
            if (experiment.artifactLocation() == null) {
                Rows.update(
                        connection,
                        "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?",
                        location,
                        id);
            }
            insertTags(connection, id, experiment.tags());
            return find(connection, id).orElseThrow();
        });
    }

    @Override
    public Optional<Experiment> find(long experimentId) {
        return postgres.read(connection -> find(connection, experimentId));
    }

    @Override
    public Optional<Experiment> findByName(String name) {
        return postgres.read(connection -> {
            var rows = Rows.list(
                    connection, "SELECT " + COLUMNS + " FROM experiments WHERE name = ?", ExperimentRow::read, name);
            return withTags(connection, rows).stream().findFirst();
        });
    }

    @Override
    public ExperimentPage search(ExperimentQuery query) {
        var compiled = ExperimentSearch.compile(query);
        return searches.read(connection -> {
            var page = Found.page(connection, compiled);
            var rows = Rows.list(
                    connection,
                    "SELECT " + COLUMNS + " FROM experiments WHERE experiment_id = ANY (?)",
                    ExperimentRow::read,
                    Found.array(page.keys()));
            var inOrder = Found.inOrder(page.keys(), rows, ExperimentRow::experimentId);
            return new ExperimentPage(withTags(connection, inOrder), page.nextPageToken());
        });
    }

    @Override
    public void rename(long experimentId, String newName, long nowMillis) {
        postgres.write(
                connection -> {
                    if (lockedAsDeleted(connection, experimentId, "NO KEY UPDATE")) {
                        throw ExperimentProblems.notRenamable();
                    }
                    return Rows.update(
                            connection,
                            "UPDATE experiments SET name = ?, last_update_time = ? WHERE experiment_id = ?",
                            newName,
                            nowMillis,
                            experimentId);
                },
                () -> ExperimentProblems.nameTaken(newName));
    }

    @Override
    public void mark(long experimentId, LifecycleStage stage, long nowMillis) {
        boolean deleted = stage == LifecycleStage.DELETED;
        postgres.write(connection -> {
            if (lockedAsDeleted(connection, experimentId, "NO KEY UPDATE") == deleted) {
                throw ExperimentProblems.notFound(String.valueOf(experimentId));
            }
            Rows.update(
                    connection,
                    "UPDATE experiments SET deleted = ?, last_update_time = ? WHERE experiment_id = ?",
                    deleted,
                    nowMillis,
                    experimentId);
            // Locked in the order in which writers lock them, so that neither waits for the other in a circle.
            return Rows.update(
                    connection, """
                    WITH changing AS (
                        SELECT run_pk FROM runs WHERE experiment_id = ? AND deleted <> ? ORDER BY run_pk
                        FOR NO KEY UPDATE)
                    UPDATE runs SET deleted = ?, deleted_time = %s
                    FROM changing WHERE runs.run_pk = changing.run_pk""".formatted(PostgresRunStore.DELETED_TIME), experimentId, deleted, deleted, deleted);
        });
    }

    @Override
    public void setTag(long experimentId, Tag tag) {
        postgres.write(connection -> {
            requireActive(connection, experimentId);
            return Rows.update(connection, """
                    INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)
                    ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value""", experimentId, tag.key(), tag.value());
        });
    }

    @Override
    public void deleteTag(long experimentId, String key) {
        postgres.write(connection -> {
            requireActive(connection, experimentId);
            int gone = Rows.update(
                    connection, "DELETE FROM experiment_tags WHERE experiment_id = ? AND key = ?", experimentId, key);
            if (gone == 0) {
                throw ExperimentProblems.noSuchTag(experimentId, key);
            }
            return gone;
        });
    }

    private static Optional<Experiment> find(Connection connection, long experimentId) throws SQLException {
        var rows = Rows.list(
                connection,
                "SELECT " + COLUMNS + " FROM experiments WHERE experiment_id = ?",
                ExperimentRow::read,
                experimentId);
        return withTags(connection, rows).stream().findFirst();
    }

    /** The rows with their tags, which are read together. */
    private static List<Experiment> withTags(Connection connection, List<ExperimentRow> rows) throws SQLException {
        Map<Long, List<Tag>> tags = new HashMap<>();
        long[] ids = rows.stream().mapToLong(ExperimentRow::experimentId).toArray();
        if (ids.length > 0) {
            Rows.list(
                    connection,
                    "SELECT experiment_id, key, value FROM experiment_tags WHERE experiment_id = ANY (?) ORDER BY key",
                    row -> tags.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(new Tag(row.getString(2), row.getString(3))),
                    ids);
        }
        return rows.stream()
                .map(row -> row.toExperiment(tags.getOrDefault(row.experimentId(), List.of())))
                .toList();
    }

    private static void insertTags(Connection connection, long experimentId, List<Tag> tags) throws SQLException {
        if (!tags.isEmpty()) {
            Rows.update(
                    connection,
                    "INSERT INTO experiment_tags (experiment_id, key, value) SELECT ?, * FROM unnest(?, ?)",
                    experimentId,
                    tags.stream().map(Tag::key).toArray(String[]::new),
                    tags.stream().map(Tag::value).toArray(String[]::new));
        }
    }

    private static void requireActive(Connection connection, long experimentId) throws SQLException {
        if (lockedAsDeleted(connection, experimentId, "SHARE")) {
            throw ExperimentProblems.notActive(experimentId);
        }
    }

    /** Whether the experiment is deleted, which stays so until the transaction ends. */
    private static boolean lockedAsDeleted(Connection connection, long experimentId, String lock) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT deleted FROM experiments WHERE experiment_id = ? FOR " + lock,
                        row -> row.getBoolean(1),
                        experimentId)
                .orElseThrow(() -> ExperimentProblems.notFound(String.valueOf(experimentId)));
    }

    private static String locationOr(NewExperiment experiment, String otherwise) {
        var location = experiment.artifactLocation();
        return location == null ? otherwise : location;
    }

    /** A row of the table. */
    private record ExperimentRow(
            long experimentId,
            String name,
            String artifactLocation,
            boolean deleted,
            long creationTimeMillis,
            long lastUpdateTimeMillis) {

        static ExperimentRow read(ResultSet row) throws SQLException {
            return new ExperimentRow(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getBoolean(4),
                    row.getLong(5),
                    row.getLong(6));
        }

        Experiment toExperiment(List<Tag> tags) {
            return new Experiment(
                    String.valueOf(experimentId),
                    name,
                    artifactLocation,
                    deleted ? LifecycleStage.DELETED : LifecycleStage.ACTIVE,
                    creationTimeMillis,
                    lastUpdateTimeMillis,
                    tags);
        }
    }
}
