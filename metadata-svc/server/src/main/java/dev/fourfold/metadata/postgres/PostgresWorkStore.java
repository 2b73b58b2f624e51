package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.state.NamespaceRules;
import dev.fourfold.metadata.state.StateConfiguration;
import dev.fourfold.metadata.work.AddedWork;
import dev.fourfold.metadata.work.FinishItem;
import dev.fourfold.metadata.work.GivenBack;
import dev.fourfold.metadata.work.ItemState;
import dev.fourfold.metadata.work.NewItem;
import dev.fourfold.metadata.work.RenewWork;
import dev.fourfold.metadata.work.RenewedItem;
import dev.fourfold.metadata.work.RenewedWork;
import dev.fourfold.metadata.work.TakeWork;
import dev.fourfold.metadata.work.TakenItem;
import dev.fourfold.metadata.work.TakenWork;
import dev.fourfold.metadata.work.WorkConfiguration;
import dev.fourfold.metadata.work.WorkCounts;
import dev.fourfold.metadata.work.WorkItem;
import dev.fourfold.metadata.work.WorkProblems;
import dev.fourfold.metadata.work.WorkStore;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lists of work in PostgreSQL, whose clock says whose time is over. Nobody waits for what another is taking. */
@Singleton
@ServesMetadata
final class PostgresWorkStore implements WorkStore {

    /** The statement's own time and not the clock's, so that an index can be asked for what is free by then. */
    private static final String NOW = "floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint";

    /** The values of one taking weigh so much together, or are one. */
    private static final long MOST_BYTES_TAKEN = 4 << 20;

    private static final String LIST = """
            SELECT list_pk, items,
                bytes + (SELECT coalesce(sum(weights.bytes), 0) FROM work_results AS weights
                    WHERE weights.list_pk = work_lists.list_pk)::bigint,
                coalesce(max_value_bytes, ?), removing
            FROM work_lists JOIN state_namespaces ON state_namespaces.name = namespace
            WHERE namespace = ? AND work_lists.name = ?""";

    /** Beside each other, but not while the list is removed: who was given an item keeps it. */
    private static final String SHARE_LIST = LIST + " FOR KEY SHARE OF work_lists";

    /** One at a time, beside those who take. */
    private static final String GROW_LIST = LIST + " FOR NO KEY UPDATE OF work_lists";

    /** Alone. */
    private static final String LOCK_LIST = LIST + " FOR UPDATE OF work_lists";

    /** Into so many parts the weight of results is divided. */
    private static final int PARTS = 16;

    private static final int REMOVED_AT_ONCE = 1_000;

    private static final String LOCK_NAMESPACE = "SELECT 1 FROM state_namespaces WHERE name = ? FOR UPDATE";

    private static final String COUNT_LISTS = "SELECT count(*) FROM work_lists WHERE namespace = ?";

    private static final String MAKE_LIST = """
            INSERT INTO work_lists (namespace, name, creation_time) VALUES (?, ?, %s)
            ON CONFLICT (namespace, name) DO NOTHING""".formatted(NOW);

    private static final String DIFFERING = """
            SELECT work_items.id FROM unnest(?::text[], ?::text[]) AS given (id, value) JOIN work_items USING (id)
            WHERE list_pk = ? AND work_items.value <> given.value LIMIT 1""";

    private static final String ADD = """
            WITH added AS (
                INSERT INTO work_items (list_pk, id, value)
                SELECT ?, id, value FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS given (id, value, place)
                ORDER BY place
                ON CONFLICT (list_pk, id) DO NOTHING
                RETURNING octet_length(id) + octet_length(value) AS weight)
            SELECT count(*), coalesce(sum(weight), 0) FROM added""";

    private static final String GROW = "UPDATE work_lists SET items = items + ?, bytes = bytes + ? WHERE list_pk = ?";

    private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(?, ?))";

    private static final String TAKEN_BEFORE = """
            SELECT item_pk, id, value, token, free_at - %s FROM work_items
            WHERE list_pk = ? AND request_id = ? AND worker = ? AND done_time IS NULL AND free_at > %s
            ORDER BY item_pk""".formatted(NOW, NOW);

    private static final String FREE = """
            SELECT item_pk, octet_length(value) FROM work_items
            WHERE list_pk = ? AND done_time IS NULL AND free_at <= %s
            ORDER BY free_at, item_pk LIMIT ? FOR UPDATE SKIP LOCKED""".formatted(NOW);

    private static final String NEXT_TOKEN = "SELECT nextval('work_tokens')";

    private static final String GIVE = """
            WITH given AS (
                UPDATE work_items SET token = ?, worker = ?, request_id = ?::text, times = times + 1, free_at = %s + ?
                WHERE item_pk = ANY (?)
                RETURNING item_pk, id, value, token)
            SELECT item_pk, id, value, token FROM given ORDER BY item_pk""".formatted(NOW);

    private static final String UNFINISHED =
            "SELECT EXISTS (SELECT 1 FROM work_items WHERE list_pk = ? AND done_time IS NULL)";

    private static final String RENEW = """
            WITH held AS (
                SELECT item_pk FROM work_items
                WHERE list_pk = ? AND id = ANY (?) AND token = ? AND done_time IS NULL
                ORDER BY item_pk FOR UPDATE)
            UPDATE work_items SET free_at = greatest(free_at, %s + ?) FROM held WHERE work_items.item_pk = held.item_pk
            RETURNING work_items.id, work_items.free_at - %s""".formatted(NOW, NOW);

    private static final String FINISH = """
            UPDATE work_items SET done_time = %s, result = ?::text
            WHERE list_pk = ? AND id = ? AND token = ? AND done_time IS NULL
            RETURNING item_pk, octet_length(coalesce(result, ''))""".formatted(NOW);

    private static final String WEIGH = """
            INSERT INTO work_results (list_pk, part, bytes) VALUES (?, ?, ?)
            ON CONFLICT (list_pk, part) DO UPDATE SET bytes = work_results.bytes + excluded.bytes""";

    private static final String GIVE_BACK = """
            UPDATE work_items SET token = NULL, worker = NULL, request_id = NULL, free_at = 0
            WHERE list_pk = ? AND id = ? AND token = ? AND done_time IS NULL""";

    private static final String GET = """
            SELECT id, value, done_time IS NOT NULL, free_at - %s, times, token, worker, result, done_time
            FROM work_items WHERE list_pk = ? AND id = ?""".formatted(NOW);

    /** In one statement, so that no item is counted twice or not at all while it changes. */
    private static final String COUNTS = """
            SELECT items, count(item_pk) FILTER (WHERE free_at <= %s), count(item_pk) FILTER (WHERE free_at > %s)
            FROM work_lists LEFT JOIN work_items ON work_items.list_pk = work_lists.list_pk AND done_time IS NULL
            WHERE namespace = ? AND name = ? AND NOT removing GROUP BY work_lists.list_pk""".formatted(NOW, NOW);

    private static final String LISTS =
            "SELECT name FROM work_lists WHERE namespace = ? AND name > ? ORDER BY name LIMIT ?";

    private static final String TAKEN = """
            SELECT EXISTS (SELECT 1 FROM work_items WHERE list_pk = ? AND done_time IS NULL AND free_at > %s)""".formatted(NOW);

    private static final String REMOVE = "UPDATE work_lists SET removing = true WHERE list_pk = ? AND NOT removing";

    private static final String DELETE_ITEMS = """
            DELETE FROM work_items
            WHERE item_pk = ANY (ARRAY(SELECT item_pk FROM work_items WHERE list_pk = ? LIMIT ?))""";

    private static final String DELETE = "DELETE FROM work_lists WHERE list_pk = ?";

    private final Postgres postgres;
    private final PostgresNamespaceStore namespaces;
    private final WorkConfiguration configuration;
    private final long maxValueBytes;

    PostgresWorkStore(
            Postgres postgres,
            PostgresNamespaceStore namespaces,
            WorkConfiguration configuration,
            StateConfiguration state) {
        this.postgres = postgres;
        this.namespaces = namespaces;
        this.configuration = configuration;
        maxValueBytes = state.maxValueBytes();
    }

    /**
     * A list.
     *
     * @param bytes results included
     */
    private record WorkList(long pk, long items, long bytes, long maxValueBytes, boolean removing) {}

    @Override
    public AddedWork add(String namespace, String list, List<NewItem> items) {
        var ids = items.stream().map(NewItem::id).toArray(String[]::new);
        var values = items.stream().map(NewItem::value).toArray(String[]::new);
        return postgres.write(connection -> {
            WorkList before = findOrMake(connection, namespace, list);
            for (NewItem item : items) {
                checkWeight(namespace, "A value", item.value(), before.maxValueBytes());
            }
            var differing = Rows.first(connection, DIFFERING, row -> row.getString(1), ids, values, before.pk());
            if (differing.isPresent()) {
                throw WorkProblems.differs(list, differing.get()).toException();
            }
            record Added(int items, long bytes) {}
            Added added = Rows.first(
                            connection, ADD, row -> new Added(row.getInt(1), row.getLong(2)), before.pk(), ids, values)
                    .orElseThrow();
            if (before.items() + added.items() > configuration.maxItems()) {
                throw WorkProblems.full("A work list", configuration.maxItems(), "items")
                        .toException();
            }
            if (before.bytes() + added.bytes() > configuration.maxBytes()) {
                throw WorkProblems.full("A work list", configuration.maxBytes(), "bytes")
                        .toException();
            }
            Rows.update(connection, GROW, added.items(), added.bytes(), before.pk());
            return new AddedWork(added.items(), items.size() - added.items());
        });
    }

    @Override
    public TakenWork take(String namespace, String list, TakeWork request) {
        return postgres.write(connection -> {
            var found = find(connection, SHARE_LIST, namespace, list);
            if (found.isEmpty()) {
                return new TakenWork(List.of(), false);
            }
            long pk = found.get().pk();
            List<TakenItem> items = takenBefore(connection, pk, request);
            if (items.isEmpty()) {
                items = takeFree(connection, pk, request);
            }
            boolean unfinished = !items.isEmpty()
                    || Rows.first(connection, UNFINISHED, row -> row.getBoolean(1), pk)
                            .orElseThrow();
            return new TakenWork(items, unfinished);
        });
    }

    /** What a repeated request was given; the first and its repetition may be under way at the same time. */
    private static List<TakenItem> takenBefore(Connection connection, long pk, TakeWork request) throws SQLException {
        if (request.requestId() == null) {
            return List.of();
        }
        Rows.first(connection, ONE_AT_A_TIME, _ -> true, request.requestId(), pk);
        return Rows.list(
                connection,
                TAKEN_BEFORE,
                row -> new TakenItem(row.getString(2), row.getString(3), row.getLong(4), row.getLong(5)),
                pk,
                request.requestId(),
                request.worker());
    }

    private static List<TakenItem> takeFree(Connection connection, long pk, TakeWork request) throws SQLException {
        record Free(long pk, long bytes) {}
        var chosen = new ArrayList<Long>();
        long bytes = 0;
        for (Free free :
                Rows.list(connection, FREE, row -> new Free(row.getLong(1), row.getLong(2)), pk, request.max())) {
            bytes += free.bytes();
            if (!chosen.isEmpty() && bytes > MOST_BYTES_TAKEN) {
                break;
            }
            chosen.add(free.pk());
        }
        if (chosen.isEmpty()) {
            return List.of();
        }
        long token = Rows.first(connection, NEXT_TOKEN, row -> row.getLong(1)).orElseThrow();
        return Rows.list(
                connection,
                GIVE,
                row -> new TakenItem(row.getString(2), row.getString(3), row.getLong(4), request.leaseMillis()),
                token,
                request.worker(),
                request.requestId(),
                request.leaseMillis(),
                chosen.toArray(Long[]::new));
    }

    @Override
    public RenewedWork renew(String namespace, String list, RenewWork request) {
        return postgres.write(connection -> {
            var found = find(connection, SHARE_LIST, namespace, list);
            List<RenewedItem> renewed = found.isEmpty()
                    ? List.of()
                    : Rows.list(
                            connection,
                            RENEW,
                            row -> new RenewedItem(row.getString(1), row.getLong(2)),
                            found.get().pk(),
                            request.ids().toArray(String[]::new),
                            request.token(),
                            request.leaseMillis());
            var held = renewed.stream().map(RenewedItem::id).collect(Collectors.toCollection(HashSet::new));
            return new RenewedWork(
                    renewed,
                    request.ids().stream().filter(id -> !held.contains(id)).toList());
        });
    }

    @Override
    public WorkItem finish(String namespace, String list, FinishItem item) {
        return postgres.write(connection -> {
            WorkList found = find(connection, LIST, namespace, list)
                    .orElseThrow(() -> WorkProblems.notFound(list, item.id()).toException());
            if (item.result() != null) {
                checkWeight(namespace, "A result", item.result(), found.maxValueBytes());
            }
            record Finished(long pk, long weight) {}
            var finished = Rows.first(
                    connection,
                    FINISH,
                    row -> new Finished(row.getLong(1), row.getLong(2)),
                    item.result(),
                    found.pk(),
                    item.id(),
                    item.token());
            WorkItem now = get(connection, found.pk(), list, item.id());
            boolean ours = now.token() != null && now.token() == item.token();
            if (finished.isPresent() && finished.get().weight() > 0) {
                if (found.bytes() + finished.get().weight() > configuration.maxBytes()) {
                    throw WorkProblems.full("A work list", configuration.maxBytes(), "bytes")
                            .toException();
                }
                Rows.update(
                        connection,
                        WEIGH,
                        found.pk(),
                        finished.get().pk() % PARTS,
                        finished.get().weight());
            }
            if (finished.isEmpty() && !(ours && now.state() == ItemState.DONE)) {
                throw (now.state() == ItemState.DONE ? WorkProblems.done(item.id()) : WorkProblems.lost(item.id()))
                        .toException();
            }
            return now;
        });
    }

    @Override
    public GivenBack giveBack(String namespace, String list, String id, long token) {
        return postgres.write(connection -> {
            var found = find(connection, LIST, namespace, list);
            return new GivenBack(found.isPresent()
                    && Rows.update(connection, GIVE_BACK, found.get().pk(), id, token) > 0);
        });
    }

    @Override
    public WorkCounts counts(String namespace, String list) {
        return postgres.single(connection -> Rows.first(
                        connection,
                        COUNTS,
                        row -> {
                            long waiting = row.getLong(2);
                            long taken = row.getLong(3);
                            return new WorkCounts(waiting, taken, row.getLong(1) - waiting - taken);
                        },
                        namespace,
                        list))
                .orElseGet(() -> new WorkCounts(0, 0, 0));
    }

    @Override
    public WorkItem get(String namespace, String list, String id) {
        return postgres.read(connection -> {
            WorkList found = find(connection, LIST, namespace, list)
                    .orElseThrow(() -> WorkProblems.notFound(list, id).toException());
            return get(connection, found.pk(), list, id);
        });
    }

    @Override
    public List<String> lists(String namespace, @Nullable String after, int limit) {
        return postgres.single(connection ->
                Rows.list(connection, LISTS, row -> row.getString(1), namespace, after == null ? "" : after, limit));
    }

    @Override
    public boolean delete(String namespace, String list) {
        return postgres.write(connection -> {
            var found = findAny(connection, LOCK_LIST, namespace, list);
            if (found.isEmpty()) {
                return true;
            }
            long pk = found.get().pk();
            if (!found.get().removing()
                    && Rows.first(connection, TAKEN, row -> row.getBoolean(1), pk)
                            .orElseThrow()) {
                throw WorkProblems.taken(list).toException();
            }
            Rows.update(connection, REMOVE, pk);
            boolean all = Rows.update(connection, DELETE_ITEMS, pk, REMOVED_AT_ONCE) < REMOVED_AT_ONCE;
            if (all) {
                Rows.update(connection, DELETE, pk);
            }
            return all;
        });
    }

    private WorkList findOrMake(Connection connection, String namespace, String list) throws SQLException {
        var found = findAny(connection, GROW_LIST, namespace, list);
        if (found.isPresent()) {
            if (found.get().removing()) {
                throw WorkProblems.removing(list).toException();
            }
            return found.get();
        }
        namespaces.make(connection, namespace);
        // Lists of a namespace are made one at a time, and not in one that is being removed.
        Rows.first(connection, LOCK_NAMESPACE, _ -> true, namespace)
                .orElseThrow(() -> NamespaceRules.changing(namespace).toException());
        long there = Rows.first(connection, COUNT_LISTS, row -> row.getLong(1), namespace)
                .orElse(0L);
        if (there >= configuration.maxLists()) {
            throw WorkProblems.full("A namespace", configuration.maxLists(), "work lists")
                    .toException();
        }
        Rows.update(connection, MAKE_LIST, namespace, list);
        return find(connection, GROW_LIST, namespace, list)
                .orElseThrow(() -> NamespaceRules.changing(namespace).toException());
    }

    /** A list that is not being removed. */
    private Optional<WorkList> find(Connection connection, String sql, String namespace, String list)
            throws SQLException {
        return findAny(connection, sql, namespace, list).filter(found -> !found.removing());
    }

    private Optional<WorkList> findAny(Connection connection, String sql, String namespace, String list)
            throws SQLException {
        return Rows.first(
                connection,
                sql,
                row -> new WorkList(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getBoolean(5)),
                maxValueBytes,
                namespace,
                list);
    }

    private static WorkItem get(Connection connection, long pk, String list, String id) throws SQLException {
        return Rows.first(connection, GET, PostgresWorkStore::read, pk, id)
                .orElseThrow(() -> WorkProblems.notFound(list, id).toException());
    }

    private static WorkItem read(ResultSet row) throws SQLException {
        long remaining = row.getLong(4);
        ItemState state = row.getBoolean(3) ? ItemState.DONE : remaining > 0 ? ItemState.TAKEN : ItemState.WAITING;
        return new WorkItem(
                row.getString(1),
                row.getString(2),
                state,
                row.getLong(5),
                number(row, 6),
                row.getString(7),
                state == ItemState.TAKEN ? remaining : null,
                row.getString(8),
                number(row, 9));
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    private static void checkWeight(String namespace, String what, String text, long most) {
        if (text.length() > most || text.getBytes(StandardCharsets.UTF_8).length > most) {
            throw WorkProblems.tooHeavy(namespace, what, most).toException();
        }
    }
}
