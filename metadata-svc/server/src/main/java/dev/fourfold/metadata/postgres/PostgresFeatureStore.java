package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.feature.CheckedRow;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.EntityKey;
import dev.fourfold.metadata.feature.FeatureField;
import dev.fourfold.metadata.feature.FeatureProblems;
import dev.fourfold.metadata.feature.FeatureRow;
import dev.fourfold.metadata.feature.FeatureStore;
import dev.fourfold.metadata.feature.FeatureType;
import dev.fourfold.metadata.feature.FeatureView;
import dev.fourfold.metadata.feature.FoundRows;
import dev.fourfold.metadata.feature.NewField;
import dev.fourfold.metadata.feature.PushOutcome;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.RemoveRows;
import dev.fourfold.metadata.feature.RowMark;
import dev.fourfold.metadata.feature.ViewState;
import dev.fourfold.metadata.feature.WhenFull;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Features in PostgreSQL. Whoever changes a view or its rows holds the row of its usage, so the figures are exact. */
@Singleton
@ServesMetadata
final class PostgresFeatureStore implements FeatureStore {

    private static final String NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /** Few enough for the deadline of a transaction. */
    private static final int ROWS_AT_ONCE = 1000;

    /** A view keeps its numbers of fields for ever. */
    private static final int MOST_NUMBERS = 2000;

    private static final String VIEW = """
            SELECT v.view_pk, v.version, v.name, v.description, v.entity_name, v.entity_type, v.ttl, v.max_rows,
                v.max_bytes, v.when_full, v.creation_time, v.last_update_time, u.rows, u.bytes,
                ARRAY (SELECT f.number FROM feature_fields f WHERE f.view_pk = v.view_pk AND NOT f.removed ORDER BY f.number),
                ARRAY (SELECT f.name FROM feature_fields f WHERE f.view_pk = v.view_pk AND NOT f.removed ORDER BY f.number),
                ARRAY (SELECT f.type FROM feature_fields f WHERE f.view_pk = v.view_pk AND NOT f.removed ORDER BY f.number),
                ARRAY (SELECT f.max_length FROM feature_fields f WHERE f.view_pk = v.view_pk AND NOT f.removed ORDER BY f.number)
            FROM feature_views v JOIN feature_usage u USING (view_pk)
            """;

    private static final String MAKE = """
            INSERT INTO feature_views (name, description, entity_name, entity_type, ttl, max_rows, max_bytes, when_full,
                creation_time, last_update_time)
            SELECT ?, ?, ?, ?, ?::bigint, ?, ?, ?, clock.now, clock.now FROM (SELECT %s AS now) AS clock
            ON CONFLICT (name) DO NOTHING RETURNING view_pk""".formatted(NOW);

    private static final String ADD_FIELDS = """
            INSERT INTO feature_fields (view_pk, number, name, type, max_length)
            SELECT ?, given.* FROM unnest(?::int[], ?::text[], ?::text[], ?::int[]) AS given""";

    private static final String LOCK_BY_NAME = """
            SELECT u.view_pk FROM feature_usage u JOIN feature_views v USING (view_pk) WHERE v.name = ? FOR UPDATE OF u""";

    private static final String LOCK = """
            SELECT rows, bytes, %s FROM feature_usage WHERE view_pk = ? FOR UPDATE""".formatted(NOW);

    private static final String CHANGE = """
            UPDATE feature_views SET version = version + 1, description = ?, ttl = ?::bigint, max_rows = ?, max_bytes = ?,
                when_full = ?, last_update_time = %s
            WHERE view_pk = ?""".formatted(NOW);

    private static final String UPSERT = """
            INSERT INTO feature_rows AS old (view_pk, entity, event_time, write_time, bytes, features)
            SELECT ?, given.entity, given.event_time, ?, given.bytes, given.features::json
            FROM unnest(?::text[], ?::bigint[], ?::int[], ?::text[]) AS given (entity, event_time, bytes, features)
            ORDER BY given.entity
            ON CONFLICT (view_pk, entity) DO UPDATE SET event_time = excluded.event_time,
                write_time = excluded.write_time, version = old.version + 1, bytes = excluded.bytes,
                features = excluded.features
            WHERE old.event_time < excluded.event_time OR old.features::text <> excluded.features::text""";

    private static final String USE = "UPDATE feature_usage SET rows = rows + ?, bytes = bytes + ? WHERE view_pk = ?";

    private static final String OLDEST = """
            SELECT entity, event_time, bytes FROM feature_rows WHERE view_pk = ? AND entity <> ALL (?)
            ORDER BY event_time, entity LIMIT ?""";

    private static final String REMOVE = """
            DELETE FROM feature_rows AS old
            USING (SELECT * FROM unnest(?::text[], ?::bigint[]) AS given (entity, event_time)) AS given
            WHERE old.view_pk = ? AND old.entity = given.entity
                AND (given.event_time IS NULL OR old.event_time = given.event_time)
            RETURNING old.bytes""";

    private static final String REMOVE_BEFORE = """
            DELETE FROM feature_rows WHERE view_pk = ? AND entity IN (
                SELECT entity FROM feature_rows WHERE view_pk = ? AND event_time <= ? AND entity <> ALL (?)
                ORDER BY event_time, entity LIMIT ?)
            RETURNING bytes""";

    private static final String REMOVE_OF_DELETED = """
            DELETE FROM feature_rows WHERE view_pk = ? AND entity IN (
                SELECT entity FROM feature_rows WHERE view_pk = ? LIMIT ?)""";

    /** The oldest row says it, one entry of an index for each view, however many rows live. */
    static final String EXPIRING = """
            SELECT v.view_pk FROM feature_views v
            CROSS JOIN LATERAL (
                SELECT r.event_time FROM feature_rows r WHERE r.view_pk = v.view_pk
                ORDER BY r.view_pk, r.event_time LIMIT 1) AS oldest
            WHERE v.ttl IS NOT NULL AND oldest.event_time <= %s - v.ttl - ?""".formatted(NOW);

    private final Postgres postgres;

    PostgresFeatureStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public ViewState define(DefineView view, long maxRows, long maxBytes) {
        return postgres.write(connection -> {
            Optional<Long> made = Rows.first(
                    connection,
                    MAKE,
                    row -> row.getLong(1),
                    view.name(),
                    view.description(),
                    view.entity().name(),
                    view.entity().type().name(),
                    view.ttlMillis(),
                    maxRows,
                    maxBytes,
                    view.whenFull().name());
            if (made.isPresent()) {
                Rows.update(connection, "INSERT INTO feature_usage (view_pk) VALUES (?)", made.get());
                addFields(connection, made.get(), view.fields(), 0);
            } else {
                if (Rows.first(connection, LOCK_BY_NAME, row -> row.getLong(1), view.name())
                        .isEmpty()) {
                    throw FeatureProblems.changing(view.name()).toException(); // Deleted at this moment.
                }
                // A statement of its own after the lock, which sees what was committed while this one waited for it.
                change(connection, find(connection, view.name()).orElseThrow().view(), view, maxRows, maxBytes);
            }
            return find(connection, view.name()).orElseThrow();
        });
    }

    @Override
    public Optional<ViewState> find(String name) {
        return postgres.single(connection -> find(connection, name));
    }

    @Override
    public List<ViewState> list(@Nullable String after, int limit) {
        return postgres.single(connection -> Rows.list(
                connection,
                VIEW + "WHERE (?::text IS NULL OR v.name > ?::text) ORDER BY v.name LIMIT ?",
                PostgresFeatureStore::state,
                after,
                after,
                limit));
    }

    @Override
    public boolean delete(String name) {
        return postgres.write(connection -> {
            var pk = Rows.first(connection, LOCK_BY_NAME, row -> row.getLong(1), name);
            if (pk.isPresent()) {
                Rows.update(connection, "INSERT INTO deleted_feature_views VALUES (?)", pk.get());
                Rows.update(connection, "DELETE FROM feature_views WHERE view_pk = ?", pk.get());
            }
            return pk.isPresent();
        });
    }

    @Override
    public Optional<PushOutcome> push(FeatureView view, List<CheckedRow> rows, Duration grace) {
        return postgres.write(connection -> {
            var locked = lock(connection, view.id());
            // After the lock: nobody changes the view until this ends.
            var version = Rows.first(
                    connection,
                    "SELECT version FROM feature_views WHERE view_pk = ?",
                    row -> row.getLong(1),
                    view.id());
            if (locked.isEmpty() || !version.equals(Optional.of(view.version()))) {
                return Optional.empty();
            }
            return Optional.of(push(connection, view, locked.get(), rows, grace));
        });
    }

    private static PushOutcome push(
            Connection connection, FeatureView view, Usage usage, List<CheckedRow> rows, Duration grace)
            throws SQLException {
        var entities = rows.stream().map(CheckedRow::entity).toArray(String[]::new);
        var recorded = new HashMap<String, Recorded>();
        Rows.list(
                connection,
                "SELECT entity, event_time, bytes FROM feature_rows WHERE view_pk = ? AND entity = ANY (?)",
                row -> recorded.put(row.getString(1), new Recorded(row.getString(1), row.getLong(2), row.getLong(3))),
                view.id(),
                entities);
        var change = new Change();
        for (CheckedRow row : rows) {
            change.add(row, recorded.get(row.entity()), usage.nowMillis());
        }
        if (change.rows.isEmpty()) {
            return new PushOutcome(0, rows.size(), List.of());
        }
        Usage used = usage;
        Long ttl = view.ttlMillis();
        if (change.overfills(view, used) && ttl != null) {
            used = used.plus(removeBefore(connection, view.id(), usage.nowMillis() - ttl - grace.toMillis(), entities)
                    .negated());
        }
        if (change.overfills(view, used)) {
            if (view.whenFull() == WhenFull.REFUSE || change.overfills(view, sum(recorded))) {
                throw full(view, used.plus(change.added()));
            }
            var inTheWay = inTheWay(connection, view, used.plus(change.added()), entities);
            if (inTheWay.isEmpty()) {
                throw full(view, used.plus(change.added())); // Never a success that recorded nothing.
            }
            return new PushOutcome(0, 0, inTheWay);
        }
        Rows.update(
                connection,
                UPSERT,
                view.id(),
                usage.nowMillis(),
                change.rows.stream().map(CheckedRow::entity).toArray(String[]::new),
                change.times.toArray(Long[]::new),
                change.rows.stream().map(CheckedRow::bytes).toArray(Integer[]::new),
                change.rows.stream().map(CheckedRow::values).toArray(String[]::new));
        use(connection, view.id(), change.added());
        return new PushOutcome(change.rows.size(), rows.size() - change.rows.size(), List.of());
    }

    private static ProblemException full(FeatureView view, Usage wanted) {
        return FeatureProblems.full(view, wanted.rows(), wanted.bytes()).toException();
    }

    /** What is recorded of the entities of a push: the view's rows, once all others made room. */
    private static Usage sum(Map<String, Recorded> recorded) {
        return new Usage(
                recorded.size(),
                recorded.values().stream().mapToLong(Recorded::bytes).sum(),
                0);
    }

    /** The oldest rows whose absence makes room; where many are needed, some of them. */
    private static List<RowMark> inTheWay(Connection connection, FeatureView view, Usage wanted, String[] pushed)
            throws SQLException {
        long rowsOver = wanted.rows() - view.maxRows();
        long bytesOver = wanted.bytes() - view.maxBytes();
        // A hundredth more, so that a view that is full makes room now and then rather than with every push.
        if (rowsOver > 0) {
            rowsOver += view.maxRows() / 100;
        }
        if (bytesOver > 0) {
            bytesOver += view.maxBytes() / 100;
        }
        var marks = new ArrayList<RowMark>();
        for (Recorded row : Rows.list(
                connection,
                OLDEST,
                row -> new Recorded(row.getString(1), row.getLong(2), row.getLong(3)),
                view.id(),
                pushed,
                ROWS_AT_ONCE)) {
            if (rowsOver <= 0 && bytesOver <= 0) {
                break;
            }
            marks.add(new RowMark(row.entity(), row.eventTimeMillis()));
            rowsOver--;
            bytesOver -= row.bytes();
        }
        return marks;
    }

    @Override
    public Optional<Integer> remove(RemoveRows rows) {
        return postgres.write(connection -> {
            var pk = Rows.first(connection, LOCK_BY_NAME, row -> row.getLong(1), rows.view());
            if (pk.isEmpty()) {
                return Optional.empty();
            }
            var removed = Rows.list(
                    connection,
                    REMOVE,
                    row -> row.getLong(1),
                    rows.rows().stream().map(RowMark::entity).toArray(String[]::new),
                    rows.rows().stream().map(RowMark::eventTimeMillis).toArray(Long[]::new),
                    pk.get());
            use(connection, pk.get(), sum(removed).negated());
            return Optional.of(removed.size());
        });
    }

    @Override
    public Optional<FoundRows> read(ReadRows question) {
        return postgres.single(connection -> {
            var state = find(connection, question.view());
            if (state.isEmpty()) {
                return Optional.empty();
            }
            var view = state.get().view();
            List<FeatureRow> rows = question.entities().isEmpty()
                    ? List.of()
                    : Rows.list(
                            connection,
                            "SELECT entity, event_time, features FROM feature_rows WHERE view_pk = ? AND entity = ANY (?)",
                            row -> new FeatureRow(row.getString(1), row.getLong(2), row.getString(3)),
                            view.id(),
                            question.entities().toArray(String[]::new));
            return Optional.of(new FoundRows(view, rows));
        });
    }

    @Override
    public boolean sweep(Duration grace) {
        boolean more = false;
        for (long pk : postgres.single(
                connection -> Rows.list(connection, EXPIRING, row -> row.getLong(1), grace.toMillis()))) {
            more |= sweepView(pk, grace);
        }
        for (long pk : postgres.single(connection ->
                Rows.list(connection, "SELECT view_pk FROM deleted_feature_views LIMIT 100", row -> row.getLong(1)))) {
            more |= sweepDeleted(pk);
        }
        return more;
    }

    private boolean sweepView(long pk, Duration grace) {
        return postgres.write(connection -> {
            var locked = lock(connection, pk);
            var ttl = Rows.first(
                    connection,
                    "SELECT ttl FROM feature_views WHERE view_pk = ? AND ttl IS NOT NULL",
                    row -> row.getLong(1),
                    pk);
            if (locked.isEmpty() || ttl.isEmpty()) {
                return false;
            }
            long before = locked.get().nowMillis() - ttl.get() - grace.toMillis();
            return removeBefore(connection, pk, before, new String[0]).rows() == ROWS_AT_ONCE;
        });
    }

    private boolean sweepDeleted(long pk) {
        return postgres.write(connection -> {
            if (Rows.update(connection, REMOVE_OF_DELETED, pk, pk, ROWS_AT_ONCE) > 0) {
                return true;
            }
            Rows.update(connection, "DELETE FROM deleted_feature_views WHERE view_pk = ?", pk);
            return false;
        });
    }

    private static void change(Connection connection, FeatureView now, DefineView wanted, long maxRows, long maxBytes)
            throws SQLException {
        if (!now.entity().equals(wanted.entity())) {
            throw FeatureProblems.notChangeable(now.name(), "its entity key").toException();
        }
        var left = new HashMap<String, FeatureField>();
        now.fields().forEach(field -> left.put(field.name(), field));
        var added = new ArrayList<NewField>();
        var lengths = new HashMap<Integer, Integer>();
        for (NewField field : wanted.fields()) {
            var old = left.remove(field.name());
            if (old == null) {
                added.add(field);
            } else if (old.type() != field.type() || (old.maxLength() == null) != (field.maxLength() == null)) {
                throw FeatureProblems.notChangeable(now.name(), "the type of its field '" + field.name() + "'")
                        .toException();
            } else if (!Objects.equals(old.maxLength(), field.maxLength())) {
                lengths.put(old.number(), field.maxLength());
            }
        }
        boolean same = added.isEmpty()
                && left.isEmpty()
                && lengths.isEmpty()
                && now.description().equals(wanted.description())
                && Objects.equals(now.ttlMillis(), wanted.ttlMillis())
                && now.maxRows() == maxRows
                && now.maxBytes() == maxBytes
                && now.whenFull() == wanted.whenFull();
        if (same) {
            return;
        }
        Rows.update(
                connection,
                CHANGE,
                wanted.description(),
                wanted.ttlMillis(),
                maxRows,
                maxBytes,
                wanted.whenFull().name(),
                now.id());
        Rows.update(
                connection,
                "UPDATE feature_fields SET removed = true WHERE view_pk = ? AND number = ANY (?)",
                now.id(),
                left.values().stream().map(FeatureField::number).toArray(Integer[]::new));
        for (Map.Entry<Integer, Integer> length : lengths.entrySet()) {
            Rows.update(
                    connection,
                    "UPDATE feature_fields SET max_length = ? WHERE view_pk = ? AND number = ?",
                    length.getValue(),
                    now.id(),
                    length.getKey());
        }
        int next = Rows.first(
                        connection,
                        "SELECT coalesce(max(number) + 1, 0) FROM feature_fields WHERE view_pk = ?",
                        row -> row.getInt(1),
                        now.id())
                .orElseThrow();
        if (next + added.size() > MOST_NUMBERS) {
            throw FeatureProblems.notChangeable(now.name(), "the places of fields that were removed, and has no more")
                    .toException();
        }
        addFields(connection, now.id(), added, next);
    }

    private static void addFields(Connection connection, long pk, List<NewField> fields, int first)
            throws SQLException {
        var numbers = new Integer[fields.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = first + i;
        }
        Rows.update(
                connection,
                ADD_FIELDS,
                pk,
                numbers,
                fields.stream().map(NewField::name).toArray(String[]::new),
                fields.stream().map(field -> field.type().name()).toArray(String[]::new),
                fields.stream().map(NewField::maxLength).toArray(Integer[]::new));
    }

    private static Optional<ViewState> find(Connection connection, String name) throws SQLException {
        return Rows.first(connection, VIEW + "WHERE v.name = ?", PostgresFeatureStore::state, name);
    }

    private static Optional<Usage> lock(Connection connection, long pk) throws SQLException {
        return Rows.first(connection, LOCK, row -> new Usage(row.getLong(1), row.getLong(2), row.getLong(3)), pk);
    }

    private static Usage removeBefore(Connection connection, long pk, long timeMillis, String[] except)
            throws SQLException {
        var removed = sum(
                Rows.list(connection, REMOVE_BEFORE, row -> row.getLong(1), pk, pk, timeMillis, except, ROWS_AT_ONCE));
        use(connection, pk, removed.negated());
        return removed;
    }

    private static Usage sum(List<Long> removed) {
        return new Usage(
                removed.size(), removed.stream().mapToLong(Long::longValue).sum(), 0);
    }

    private static void use(Connection connection, long pk, Usage added) throws SQLException {
        if (added.rows() != 0 || added.bytes() != 0) {
            Rows.update(connection, USE, added.rows(), added.bytes(), pk);
        }
    }

    private static ViewState state(ResultSet row) throws SQLException {
        var numbers = (Integer[]) row.getArray(15).getArray();
        var names = (String[]) row.getArray(16).getArray();
        var types = (String[]) row.getArray(17).getArray();
        var lengths = (@Nullable Integer[]) row.getArray(18).getArray();
        var fields = new ArrayList<FeatureField>(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            fields.add(new FeatureField(numbers[i], names[i], FeatureType.valueOf(types[i]), lengths[i]));
        }
        var view = new FeatureView(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                new EntityKey(row.getString(5), FeatureType.valueOf(row.getString(6))),
                fields,
                row.getObject(7, Long.class),
                row.getLong(8),
                row.getLong(9),
                WhenFull.valueOf(row.getString(10)),
                row.getLong(11),
                row.getLong(12));
        return new ViewState(view, row.getLong(13), row.getLong(14));
    }

    private record Recorded(String entity, long eventTimeMillis, long bytes) {}

    /** How full a view is, or how much fuller it gets. */
    private record Usage(long rows, long bytes, long nowMillis) {

        Usage plus(Usage more) {
            return new Usage(rows + more.rows, bytes + more.bytes, nowMillis);
        }

        Usage negated() {
            return new Usage(-rows, -bytes, nowMillis);
        }
    }

    /** Those rows of a push that are written, and how much fuller they make the view. */
    private static final class Change {

        private final List<CheckedRow> rows = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();
        private long addedRows;
        private long addedBytes;

        void add(CheckedRow row, @Nullable Recorded old, long nowMillis) {
            Long given = row.eventTimeMillis();
            if (given != null && given > nowMillis + FARTHEST_AHEAD.toMillis()) {
                throw FeatureProblems.tooFarAhead(row.entity(), FARTHEST_AHEAD).toException();
            }
            long time = given != null ? given : old == null ? nowMillis : Math.max(nowMillis, old.eventTimeMillis());
            if (old != null && time < old.eventTimeMillis()) {
                return;
            }
            rows.add(row);
            times.add(time);
            addedRows += old == null ? 1 : 0;
            addedBytes += row.bytes() - (old == null ? 0 : old.bytes());
        }

        Usage added() {
            return new Usage(addedRows, addedBytes, 0);
        }

        /** A view that is over its limits still takes what does not make it fuller. */
        boolean overfills(FeatureView view, Usage used) {
            return (addedRows > 0 && used.rows() + addedRows > view.maxRows())
                    || (addedBytes > 0 && used.bytes() + addedBytes > view.maxBytes());
        }
    }
}
