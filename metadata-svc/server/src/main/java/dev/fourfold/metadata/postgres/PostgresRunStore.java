package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.ArtifactLocation;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.run.NewRun;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metadata.run.RunStore;
import dev.fourfold.metadata.run.RunWrite;
import dev.fourfold.metadata.run.UpdateRun;
import dev.fourfold.metadata.run.WriteOutcome;
import dev.fourfold.metadata.search.RunSearch;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Runs in PostgreSQL. Whoever changes anything of a run locks its row first, several rows in the order of run_pk. */
@Singleton
@ServesMetadata
final class PostgresRunStore implements RunStore {

    /** Now for a run that is deleted, null for one that is not: what is bound says which. */
    static final String DELETED_TIME =
            "CASE WHEN ?::boolean THEN floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint END";

    private final Postgres postgres;
    private final Searches searches;

    PostgresRunStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public Run create(NewRun run) {
        return postgres.write(connection -> {
            var location = Homes.activeLocation(connection, run.experimentId());
            var row = Rows.first(
                            connection,
                            """
                            INSERT INTO runs (
                                run_id, experiment_id, run_name, user_id, status, start_time, artifact_uri, retention_class)
                            VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, (
                                SELECT nullif(value, 'default') FROM experiment_tags WHERE experiment_id = ? AND key = ?))
                            RETURNING\s""" + RunRow.COLUMNS,
                            RunRow::read,
                            run.runId(),
                            run.experimentId(),
                            run.runName(),
                            run.userId(),
                            run.startTimeMillis(),
                            ArtifactLocation.ofRun(location, run.runId()),
                            run.experimentId(),
                            ExperimentOperations.RETENTION_CLASS_TAG)
                    .orElseThrow();
            setTags(connection, row.pk(), run.tags());
            return withData(connection, row);
        });
    }

    @Override
    public Optional<Run> find(String runId) {
        return postgres.read(connection -> {
            var row = Rows.first(
                    connection, "SELECT " + RunRow.COLUMNS + " FROM runs WHERE run_id = ?", RunRow::read, runId);
            return row.isEmpty() ? Optional.empty() : Optional.of(withData(connection, row.get()));
        });
    }

    @Override
    public List<RunInfo> infos(List<String> runIds) {
        return postgres.single(connection -> Rows.list(
                connection,
                "SELECT " + RunRow.COLUMNS + " FROM runs WHERE run_id = ANY (?)",
                row -> RunRow.read(row).toInfo(),
                (Object) runIds.toArray(String[]::new)));
    }

    @Override
    public Optional<RunPlace> place(String runId) {
        return postgres.single(connection -> Rows.first(
                connection,
                "SELECT run_id, experiment_id, deleted, retention_class FROM runs WHERE run_id = ?",
                row -> new RunPlace(
                        row.getString(1), row.getString(2), RunRow.stage(row.getBoolean(3)), row.getString(4)),
                runId));
    }

    @Override
    public RunPage search(RunQuery query) {
        var compiled = RunSearch.compile(query);
        return searches.read(connection -> {
            var page = Found.page(connection, compiled);
            var rows = Rows.list(
                    connection,
                    "SELECT " + RunRow.COLUMNS + " FROM runs WHERE run_pk = ANY (?)",
                    RunRow::read,
                    Found.array(page.keys()));
            var runs = RunData.of(connection, Found.inOrder(page.keys(), rows, RunRow::pk), false);
            return new RunPage(runs, page.nextPageToken());
        });
    }

    @Override
    public RunInfo update(String runId, UpdateRun changes) {
        return postgres.write(connection -> {
            long pk = lockActive(connection, runId).pk();
            var status = changes.status();
            var name = changes.runName();
            if (name != null) {
                setTags(connection, pk, List.of(new Tag(RUN_NAME_TAG, name)));
            }
            if (status != null) {
                PostgresHeartStore.overrule(connection, pk, status);
            }
            return Rows.first(
                            connection,
                            """
                            UPDATE runs SET status = coalesce(?::text, status), end_time = coalesce(?::bigint, end_time),
                                run_name = coalesce(?::text, run_name)
                            WHERE run_pk = ? RETURNING\s""" + RunRow.COLUMNS,
                            RunRow::read,
                            status == null ? null : status.name(),
                            changes.endTimeMillis(),
                            name,
                            pk)
                    .orElseThrow()
                    .toInfo();
        });
    }

    @Override
    public void mark(String runId, LifecycleStage stage) {
        boolean deleted = stage == LifecycleStage.DELETED;
        postgres.write(connection -> {
            boolean known = Rows.first(
                            connection,
                            "SELECT run_pk FROM runs WHERE run_id = ? FOR NO KEY UPDATE",
                            row -> row.getLong(1),
                            runId)
                    .isPresent();
            if (!known) {
                throw RunProblems.notFound(runId).toException();
            }
            return Rows.update(
                    connection,
                    "UPDATE runs SET deleted = ?, deleted_time = " + DELETED_TIME
                            + " WHERE run_id = ? AND deleted <> ?",
                    deleted,
                    deleted,
                    runId,
                    deleted);
        });
    }

    @Override
    public List<WriteOutcome> write(List<RunWrite> writes) {
        return MetricWriting.fits(writes)
                ? postgres.single(connection -> MetricWriting.apply(connection, writes))
                : postgres.write(connection -> new RunWriting(connection).apply(writes));
    }

    @Override
    public void deleteTag(String runId, String key) {
        postgres.write(connection -> {
            long pk = lockActive(connection, runId).pk();
            int gone = Rows.update(connection, "DELETE FROM run_tags WHERE run_pk = ? AND key = ?", pk, key);
            if (gone == 0) {
                throw RunProblems.noSuchTag(runId, key).toException();
            }
            return gone;
        });
    }

    private static Run withData(Connection connection, RunRow row) throws SQLException {
        return RunData.of(connection, List.of(row), true).getFirst();
    }

    static void setTags(Connection connection, long pk, List<Tag> tags) throws SQLException {
        var pks = new long[tags.size()];
        java.util.Arrays.fill(pks, pk);
        Rows.update(
                connection,
                RunWriting.SET_TAGS,
                pks,
                tags.stream().map(Tag::key).toArray(String[]::new),
                tags.stream().map(Tag::value).toArray(String[]::new));
    }

    /** Keeps others from changing the run until the transaction ends. */
    static Locked lockActive(Connection connection, String runId) throws SQLException {
        var locked = Rows.first(
                        connection,
                        "SELECT run_pk, experiment_id, deleted FROM runs WHERE run_id = ? FOR NO KEY UPDATE",
                        row -> new Locked(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                        runId)
                .orElseThrow(() -> RunProblems.notFound(runId).toException());
        if (locked.deleted()) {
            throw RunProblems.notActive(runId).toException();
        }
        return locked;
    }

    /** A run that is locked. */
    record Locked(long pk, long experimentId, boolean deleted) {}
}
