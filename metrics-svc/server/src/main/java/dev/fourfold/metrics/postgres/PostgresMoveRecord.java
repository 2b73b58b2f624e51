package dev.fourfold.metrics.postgres;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.Compared;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.Move;
import dev.fourfold.metrics.move.MovePhase;
import dev.fourfold.metrics.move.MoveRecord;
import dev.fourfold.metrics.move.RunDifference;
import dev.fourfold.metrics.move.RunState;
import dev.fourfold.metrics.move.RunWork;
import dev.fourfold.metrics.move.Totals;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The record in the schema that points in PostgreSQL have too; on the connections of that store. */
@Singleton
@Requires(beans = PostgresPointStore.class)
final class PostgresMoveRecord implements MoveRecord {

    private static final String INSERT_PLACEMENT = """
            INSERT INTO metrics.placement (store, since) VALUES (?, ?) ON CONFLICT DO NOTHING
            """;
    private static final String SELECT_PLACEMENT = "SELECT store FROM metrics.placement";
    private static final String UPDATE_PLACEMENT = "UPDATE metrics.placement SET store = ?, since = ? WHERE store <> ?";
    private static final String SELECT_LAST = """
            SELECT id, source, target, phase, paused, listed, started, changed FROM metrics.move ORDER BY id DESC LIMIT 1
            """;
    private static final String INSERT_MOVE = """
            INSERT INTO metrics.move (source, target, phase, started, changed) VALUES (?, ?, 'COPYING', ?, ?)
            ON CONFLICT DO NOTHING
            """;
    private static final String UPDATE_MOVE = """
            UPDATE metrics.move SET phase = ?, paused = ?, listed = ?, changed = ?
            WHERE id = ? AND phase = ? AND paused = ? AND listed = ?
            """;
    private static final String INSERT_RUNS = """
            INSERT INTO metrics.move_run (move_id, experiment_id, run_id, state)
            SELECT DISTINCT ?::bigint, r.experiment_id, r.run_id, ?
            FROM unnest(?::text[], ?::text[]) AS r (experiment_id, run_id)
            ON CONFLICT (move_id, experiment_id, run_id) DO %s
            """;
    private static final String SELECT_NEXT = """
            SELECT experiment_id, run_id, state, copied_key, copied_cursor
            FROM metrics.move_run
            WHERE move_id = ? AND state = ?
            ORDER BY experiment_id, run_id
            LIMIT 1
            """;
    private static final String UPDATE_COPIED = """
            UPDATE metrics.move_run SET state = ?, copied_key = ?, copied_cursor = ?, copied = copied + ?
            WHERE move_id = ? AND experiment_id = ? AND run_id = ?
            """;
    private static final String UPDATE_COMPARED = """
            UPDATE metrics.move_run SET state = ?, source_points = ?, source_sum = ?, target_points = ?, target_sum = ?,
                differs_key = ?, differs_timestamp = ?, differs_step = ?, differs_value = ?, differs_only_in = ?
            WHERE move_id = ? AND experiment_id = ? AND run_id = ?
            """;
    private static final String UPDATE_TO_MEND = """
            UPDATE metrics.move_run SET state = 'MENDING', copied_key = NULL, copied_cursor = NULL
            WHERE move_id = ? AND state = 'DIFFERENT'
            """;
    private static final String SELECT_TOTALS = """
            SELECT count(*), count(*) FILTER (WHERE state IN ('COPIED', 'EQUAL', 'DIFFERENT')),
                count(*) FILTER (WHERE state = 'EQUAL'), count(*) FILTER (WHERE state = 'DIFFERENT'),
                coalesce(sum(copied), 0), coalesce(sum(source_points), 0)
            FROM metrics.move_run WHERE move_id = ?
            """;
    private static final String SELECT_DIFFERENT = """
            SELECT experiment_id, run_id, source_points, target_points, source_sum, target_sum,
                differs_key, differs_timestamp, differs_step, differs_value, differs_only_in
            FROM metrics.move_run
            WHERE move_id = ? AND state = 'DIFFERENT'
            ORDER BY experiment_id, run_id
            LIMIT ?
            """;
    private static final String SELECT_UNKNOWN = """
            SELECT DISTINCT run_id FROM metrics.series WHERE experiment_id IS NULL LIMIT ?
            """;
    private static final String UPDATE_UNKNOWN = """
            UPDATE metrics.series s SET experiment_id = r.experiment_id
            FROM unnest(?::text[], ?::text[]) AS r (experiment_id, run_id)
            WHERE s.run_id = r.run_id AND s.experiment_id IS NULL
            """;

    private final PostgresPointStore store;

    PostgresMoveRecord(PostgresPointStore store) {
        this.store = store;
    }

    @Override
    public Engine placement(Engine configured) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            try (var insert = connection.prepareStatement(INSERT_PLACEMENT)) {
                insert.setString(1, configured.name());
                insert.setLong(2, System.currentTimeMillis());
                insert.executeUpdate();
            }
            try (var select = connection.prepareStatement(SELECT_PLACEMENT);
                    var rows = select.executeQuery()) {
                rows.next();
                return Engine.valueOf(rows.getString(1));
            }
        });
    }

    @Override
    public Optional<Move> last() throws StoreUnavailableException {
        return store.inTransaction(PostgresMoveRecord::last);
    }

    @Override
    public Optional<Move> begin(Engine from, Engine to) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            long now = System.currentTimeMillis();
            try (var insert = connection.prepareStatement(INSERT_MOVE)) {
                insert.setString(1, from.name());
                insert.setString(2, to.name());
                insert.setLong(3, now);
                insert.setLong(4, now);
                if (insert.executeUpdate() == 0) {
                    return Optional.empty();
                }
            }
            try (var delete = connection.prepareStatement("DELETE FROM metrics.move_run")) {
                delete.executeUpdate();
            }
            return last(connection);
        });
    }

    @Override
    public boolean change(Move before, Move after) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            try (var update = connection.prepareStatement(UPDATE_MOVE)) {
                update.setString(1, after.phase().name());
                update.setBoolean(2, after.paused());
                update.setBoolean(3, after.listed());
                update.setLong(4, after.changedMillis());
                update.setLong(5, before.id());
                update.setString(6, before.phase().name());
                update.setBoolean(7, before.paused());
                update.setBoolean(8, before.listed());
                if (update.executeUpdate() == 0) {
                    return false;
                }
            }
            switch (after.phase()) {
                case SETTLED, RETIRING, RETIRED -> {
                    try (var update = connection.prepareStatement(UPDATE_PLACEMENT)) {
                        update.setString(1, after.to().name());
                        update.setLong(2, after.changedMillis());
                        update.setString(3, after.to().name());
                        update.executeUpdate();
                    }
                }
                case COPYING, COMPARING, DIFFERENT, WATCHING, ABORTED -> {
                    // Without the move, points are where they were before it.
                }
            }
            return true;
        });
    }

    @Override
    public void add(long moveId, List<RunRef> runs, RunState state, boolean again) throws StoreUnavailableException {
        if (runs.isEmpty()) {
            return;
        }
        String conflict = again ? "UPDATE SET state = excluded.state" : "NOTHING";
        store.inTransaction(connection -> {
            try (var insert = connection.prepareStatement(INSERT_RUNS.formatted(conflict))) {
                insert.setLong(1, moveId);
                insert.setString(2, state.name());
                setRuns(connection, insert, 3, runs);
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public Optional<RunWork> next(long moveId, List<RunState> states) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            for (RunState state : states) {
                try (var select = connection.prepareStatement(SELECT_NEXT)) {
                    select.setLong(1, moveId);
                    select.setString(2, state.name());
                    try (var rows = select.executeQuery()) {
                        if (rows.next()) {
                            return Optional.of(new RunWork(
                                    new RunRef(rows.getString(1), rows.getString(2)),
                                    RunState.valueOf(rows.getString(3)),
                                    rows.getString(4),
                                    rows.getString(5)));
                        }
                    }
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public void copied(long moveId, RunWork work, long points) throws StoreUnavailableException {
        store.inTransaction(connection -> {
            try (var update = connection.prepareStatement(UPDATE_COPIED)) {
                update.setString(1, work.state().name());
                update.setString(2, work.key());
                update.setString(3, work.cursor());
                update.setLong(4, points);
                setRun(update, 5, moveId, work.run());
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void compared(long moveId, RunRef run, Compared found) throws StoreUnavailableException {
        var difference = found.difference();
        store.inTransaction(connection -> {
            try (var update = connection.prepareStatement(UPDATE_COMPARED)) {
                update.setString(1, (difference == null ? RunState.EQUAL : RunState.DIFFERENT).name());
                update.setLong(2, found.source().points());
                update.setLong(3, found.source().checksum());
                update.setLong(4, found.target().points());
                update.setLong(5, found.target().checksum());
                @Nullable Point point = difference == null ? null : difference.point();
                update.setString(6, point == null ? null : point.key());
                update.setObject(7, point == null ? null : point.timestampMillis(), Types.BIGINT);
                update.setObject(8, point == null ? null : point.step(), Types.BIGINT);
                update.setString(9, point == null ? null : Double.toString(point.value()));
                update.setString(
                        10, difference == null ? null : difference.onlyIn().name());
                setRun(update, 11, moveId, run);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void mend(long moveId) throws StoreUnavailableException {
        store.inTransaction(connection -> {
            try (var update = connection.prepareStatement(UPDATE_TO_MEND)) {
                update.setLong(1, moveId);
                return update.executeUpdate();
            }
        });
    }

    @Override
    public Totals totals(long moveId) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            try (var select = connection.prepareStatement(SELECT_TOTALS)) {
                select.setLong(1, moveId);
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return new Totals(
                            rows.getLong(1),
                            rows.getLong(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getLong(5),
                            rows.getLong(6));
                }
            }
        });
    }

    @Override
    public List<RunDifference> differences(long moveId, int limit) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            var found = new ArrayList<RunDifference>();
            try (var select = connection.prepareStatement(SELECT_DIFFERENT)) {
                select.setLong(1, moveId);
                select.setInt(2, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(new RunDifference(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getLong(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                rows.getLong(6),
                                rows.getString(7),
                                rows.getLong(8),
                                rows.getLong(9),
                                rows.getString(10),
                                Engine.valueOf(rows.getString(11))));
                    }
                }
            }
            return found;
        });
    }

    @Override
    public List<String> runsWithoutExperiment(int limit) throws StoreUnavailableException {
        return store.inTransaction(connection -> {
            var found = new ArrayList<String>();
            try (var select = connection.prepareStatement(SELECT_UNKNOWN)) {
                select.setInt(1, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
            }
            return found;
        });
    }

    @Override
    public void tellExperiments(List<RunRef> runs) throws StoreUnavailableException {
        store.inTransaction(connection -> {
            try (var update = connection.prepareStatement(UPDATE_UNKNOWN)) {
                setRuns(connection, update, 1, runs);
                return update.executeUpdate();
            }
        });
    }

    private static Optional<Move> last(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(SELECT_LAST);
                ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.of(new Move(
                            rows.getLong(1),
                            Engine.valueOf(rows.getString(2)),
                            Engine.valueOf(rows.getString(3)),
                            MovePhase.valueOf(rows.getString(4)),
                            rows.getBoolean(5),
                            rows.getBoolean(6),
                            rows.getLong(7),
                            rows.getLong(8)))
                    : Optional.empty();
        }
    }

    private static void setRuns(Connection connection, PreparedStatement statement, int from, List<RunRef> runs)
            throws SQLException {
        statement.setArray(
                from,
                connection.createArrayOf(
                        "text", runs.stream().map(RunRef::experimentId).toArray()));
        statement.setArray(
                from + 1,
                connection.createArrayOf(
                        "text", runs.stream().map(RunRef::runId).toArray()));
    }

    private static void setRun(PreparedStatement statement, int from, long moveId, RunRef run) throws SQLException {
        statement.setLong(from, moveId);
        statement.setString(from + 1, run.experimentId());
        statement.setString(from + 2, run.runId());
    }
}
