package dev.fourfold.metrics.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.fourfold.contract.Instance;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.contract.meters.jdbc.MeasuredDataSource;
import dev.fourfold.contract.pool.ConnectionBudget;
import dev.fourfold.contract.pool.PoolDemand;
import dev.fourfold.contract.pool.PoolTooLargeException;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.client.HttpMetricOperations;
import dev.fourfold.metrics.point.Buckets;
import dev.fourfold.metrics.point.Envelope;
import dev.fourfold.metrics.point.HistoryCursor;
import dev.fourfold.metrics.point.MetricsConfiguration;
import dev.fourfold.metrics.point.PointStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points in PostgreSQL: the primary key tells equal points as MLflow does and is the order of a history. Its pool and its
 * migration are its own, as the service must start, and take points into the journal, while PostgreSQL is away.
 */
@Singleton
@Named(MetricsConfiguration.POSTGRESQL)
@Bean(preDestroy = "close")
@Requires(missingProperty = HttpMetricOperations.URL)
@Requires(property = "fourfold.metrics.postgres.url", pattern = ".+")
final class PostgresPointStore implements PointStore {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresPointStore.class);

    private static final String SCHEMA = "metrics";
    private static final int ROWS_A_STATEMENT = 10_000;
    private static final int MAX_KNOWN_SERIES = 200_000;

    private static final String INSERT_SERIES = """
            INSERT INTO metrics.series AS known (run_id, key, experiment_id)
            SELECT s.run_id, s.key, s.experiment_id
            FROM unnest(?::text[], ?::text[], ?::text[]) AS s (run_id, key, experiment_id)
            ON CONFLICT (run_id, key) DO UPDATE SET experiment_id = excluded.experiment_id
            WHERE known.experiment_id IS NULL
            """;
    private static final String SELECT_SERIES = """
            SELECT s.run_id, s.key, s.id
            FROM metrics.series s
            JOIN unnest(?::text[], ?::text[]) AS w (run_id, key) ON s.run_id = w.run_id AND s.key = w.key
            """;

    /** In order, as of equal values the first one's bits are kept. */
    private static final String INSERT_POINTS = """
            INSERT INTO metrics.point (series_id, ts, step, value, is_nan)
            SELECT p.series_id, p.ts, p.step, p.value, p.is_nan
            FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[])
                WITH ORDINALITY AS p (series_id, ts, step, value, is_nan, position)
            ORDER BY p.position
            ON CONFLICT DO NOTHING
            """;

    private static final String SELECT_FIRST_PAGE = """
            SELECT p.ts, p.step, p.value, p.is_nan
            FROM metrics.point p
            WHERE p.series_id = (SELECT s.id FROM metrics.series s WHERE s.run_id = ? AND s.key = ?)
            ORDER BY p.ts, p.step, p.value, p.is_nan
            LIMIT ?
            """;
    private static final String SELECT_NEXT_PAGE = """
            SELECT p.ts, p.step, p.value, p.is_nan
            FROM metrics.point p
            WHERE p.series_id = (SELECT s.id FROM metrics.series s WHERE s.run_id = ? AND s.key = ?)
                AND p.ts >= ? AND (p.ts, p.step, p.value, p.is_nan) > (?, ?, ?, ?)
            ORDER BY p.ts, p.step, p.value, p.is_nan
            LIMIT ?
            """;

    /** Each run's points come in the order of the primary key, and no more of them than are wanted in all. */
    private static final String SELECT_BULK = """
            SELECT w.position, p.ts, p.step, p.value, p.is_nan
            FROM unnest(?::text[]) WITH ORDINALITY AS w (run_id, position)
            JOIN metrics.series s ON s.run_id = w.run_id AND s.key = ?
            CROSS JOIN LATERAL (
                SELECT i.ts, i.step, i.value, i.is_nan
                FROM metrics.point i
                WHERE i.series_id = s.id
                ORDER BY i.ts, i.step, i.value, i.is_nan
                LIMIT ?
            ) p
            ORDER BY w.position, p.ts, p.step, p.value, p.is_nan
            LIMIT ?
            """;

    /** Only what is chosen leaves the database: the first point of each part, and the last point of all. */
    private static final String SELECT_SAMPLE = """
            SELECT w.position, p.ts, p.step, p.value, p.is_nan
            FROM unnest(?::text[]) WITH ORDINALITY AS w (run_id, position)
            JOIN metrics.series s ON s.run_id = w.run_id AND s.key = ?
            CROSS JOIN LATERAL (
                SELECT q.*, lag(q.part) OVER (ORDER BY q.number) AS part_before
                FROM (
                    SELECT i.ts, i.step, i.value, i.is_nan,
                        ntile(?) OVER o AS part, row_number() OVER o AS number, count(*) OVER () AS total
                    FROM metrics.point i
                    WHERE i.series_id = s.id AND i.step BETWEEN ? AND ?
                    WINDOW o AS (ORDER BY i.step, i.ts, i.value, i.is_nan)
                ) q
            ) p
            WHERE p.part IS DISTINCT FROM p.part_before OR p.number = p.total
            ORDER BY w.position, p.number
            """;

    /** How much there is of a series, and between which places. */
    private static final String SELECT_EXTENT = """
            SELECT count(*), min(p.%1$s), max(p.%1$s),
                coalesce(bool_or(p.is_nan OR p.value IN ('Infinity', '-Infinity')), false)
            FROM metrics.point p
            WHERE p.series_id = (SELECT s.id FROM metrics.series s WHERE s.run_id = ? AND s.key = ?)
                AND p.%1$s BETWEEN ? AND ?
            """;

    private static final String SELECT_RANGE = """
            SELECT p.ts, p.step, p.value, p.is_nan
            FROM metrics.point p
            WHERE p.series_id = (SELECT s.id FROM metrics.series s WHERE s.run_id = ? AND s.key = ?)
                AND p.%1$s BETWEEN ? AND ?
            """;

    private static final String SELECT_RUNS = """
            SELECT DISTINCT s.experiment_id, s.run_id FROM metrics.series s WHERE s.experiment_id IS NOT NULL
            """;
    private static final String SELECT_KEYS = """
            SELECT s.key FROM metrics.series s WHERE s.run_id = ?
            """;
    private static final String COUNT_POINTS = """
            SELECT count(*)
            FROM metrics.series s
            JOIN metrics.point p ON p.series_id = s.id
            WHERE s.run_id = ?
            """;
    private static final String SELECT_NUMBERS = "SELECT s.id FROM metrics.series s WHERE s.run_id = ?";

    /** Where the next piece to be deleted ends: the key's order, so that nothing but its index is looked at. */
    private static final String SELECT_PIECE_END = """
            SELECT p.ts, p.step, p.value, p.is_nan
            FROM metrics.point p
            WHERE p.series_id = ?
            ORDER BY p.ts, p.step, p.value, p.is_nan
            OFFSET ? LIMIT 1
            """;

    private static final String DELETE_PIECE = """
            DELETE FROM metrics.point p
            WHERE p.series_id = ? AND p.ts <= ? AND (p.ts, p.step, p.value, p.is_nan) <= (?, ?, ?, ?)
            """;
    private static final String DELETE_POINTS = "DELETE FROM metrics.point p WHERE p.series_id = ?";
    private static final String DELETE_SERIES = "DELETE FROM metrics.series s WHERE s.run_id = ?";

    /** So many rows are in memory at a time while a series is reduced. */
    private static final int ROWS_A_FETCH = 10_000;

    private final PostgresConfiguration configuration;
    private final PoolDemand demand;
    private final HikariDataSource connections;
    private final DataSource pool;
    private final Map<Series, Long> knownSeries = new LinkedHashMap<>(64, 0.75f, true);
    private final ReentrantLock migrating = new ReentrantLock();
    private volatile boolean ensured;

    /** Connects to nothing yet: PostgreSQL may be away when the service starts. */
    @Inject
    PostgresPointStore(PostgresConfiguration configuration, MetricsConfiguration service, MeterRegistry meters) {
        this(configuration, Instance.parse(service.instance()).of(), new StoreCalls(meters, Store.POSTGRESQL));
    }

    /** One that nobody measures. */
    PostgresPointStore(PostgresConfiguration configuration) {
        this(configuration, Instance.ONLY.of(), StoreCalls.unread(Store.POSTGRESQL));
    }

    private PostgresPointStore(PostgresConfiguration configuration, int instances, StoreCalls calls) {
        this.configuration = configuration;
        this.demand = new PoolDemand(
                "metrics-svc",
                configuration.connections(),
                instances,
                configuration.otherConnections(),
                "FOURFOLD_METRICS_POSTGRES_CONNECTIONS",
                "FOURFOLD_METRICS_INSTANCE",
                "FOURFOLD_METRICS_POSTGRES_OTHER_CONNECTIONS");
        var settings = new HikariConfig();
        settings.setPoolName("metrics");
        settings.setJdbcUrl(configuration.url());
        settings.setDriverClassName("org.postgresql.Driver");
        settings.setUsername(configuration.username());
        settings.setPassword(configuration.password());
        // A connection is asked for a sign of life before it is handed out, unless it was used within half a second.
        settings.setMinimumIdle(Math.min(configuration.idleConnections(), configuration.connections()));
        settings.setMaximumPoolSize(configuration.connections());
        settings.setMaxLifetime(configuration.connectionLifetime().toMillis());
        settings.setConnectionTimeout(configuration.connectionTimeout().toMillis());
        settings.setInitializationFailTimeout(-1);
        // What is acknowledged leaves the journal, so it must be on disk here whatever the server's default is.
        settings.setConnectionInitSql("SET synchronous_commit = on");
        settings.addDataSourceProperty("ApplicationName", "metrics-svc");
        settings.addDataSourceProperty("connectTimeout", "2");
        settings.addDataSourceProperty(
                "socketTimeout",
                Long.toString(Math.max(1, configuration.timeout().toSeconds())));
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        this.connections = new HikariDataSource(settings);
        this.pool = new MeasuredDataSource(connections, calls, "metrics");
    }

    @Override
    public void ensureSchema() throws StoreUnavailableException {
        if (!ensured) {
            migrate();
        }
    }

    private void migrate() throws StoreUnavailableException {
        migrating.lock();
        try {
            if (!ensured) {
                migrateOnce();
            }
        } finally {
            migrating.unlock();
        }
    }

    private void migrateOnce() throws StoreUnavailableException {
        // Flyway would wait and warn for a server that is away; asking first is quiet and fast.
        try (Connection connection = pool.getConnection()) {
            connection.isValid(1);
            checkEncoding(connection);
            ConnectionBudget.of(connection).check(demand);
        } catch (SQLException e) {
            throw unavailable(e);
        } catch (PoolTooLargeException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .schemas(SCHEMA)
                    .defaultSchema(SCHEMA)
                    .locations("classpath:db/metrics")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreUnavailableException("The schema of points cannot be made: " + e.getMessage(), e);
        }
        ensured = true;
    }

    /** Any other could not hold every key, and points with it would be lost. */
    private static void checkEncoding(Connection connection) throws SQLException, StoreUnavailableException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW server_encoding")) {
            String encoding = rows.next() ? rows.getString(1) : "unknown";
            if (!encoding.equals("UTF8")) {
                throw new StoreUnavailableException("The database's encoding is " + encoding
                        + ", which cannot hold every metric's name: give fourfold.metrics.postgres.url one made with"
                        + " CREATE DATABASE ... ENCODING 'UTF8'");
            }
        }
    }

    /** Does something in a transaction of its own, in the schema that is made where it is missing. */
    <T> T inTransaction(Transaction<T> something) throws StoreUnavailableException {
        ensureSchema();
        try (var connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = something.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    public synchronized long write(List<PointBatch> batches) throws StoreUnavailableException {
        ensureSchema();
        return writeOrSplit(batches);
    }

    @Override
    public HistoryPage read(HistoryQuery query) throws StoreUnavailableException {
        ensureSchema();
        HistoryCursor cursor = query.cursor() == null ? null : HistoryCursor.parse(query.cursor());
        var points = new ArrayList<Point>();
        try (var connection = pool.getConnection();
                var statement = connection.prepareStatement(cursor == null ? SELECT_FIRST_PAGE : SELECT_NEXT_PAGE)) {
            int parameter = 1;
            statement.setString(parameter++, query.runId());
            statement.setString(parameter++, query.key());
            if (cursor != null) {
                statement.setLong(parameter++, cursor.timestampMillis());
                statement.setLong(parameter++, cursor.timestampMillis());
                statement.setLong(parameter++, cursor.step());
                statement.setDouble(parameter++, Double.isNaN(cursor.value()) ? 0 : cursor.value());
                statement.setBoolean(parameter++, Double.isNaN(cursor.value()));
            }
            statement.setInt(parameter, query.limit() + 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    double value = rows.getBoolean(4) ? Double.NaN : rows.getDouble(3);
                    points.add(new Point(query.key(), rows.getLong(1), rows.getLong(2), value));
                }
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
        boolean more = points.size() > query.limit();
        if (more) {
            points.removeLast();
        }
        return new HistoryPage(
                new PointBatch(query.experimentId(), query.runId(), points),
                more ? HistoryCursor.after(points.getLast()).toText() : null);
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
        var byRun = points(query.runs(), query.key(), SELECT_BULK, query.limit(), query.limit());
        return batches(query.runs(), byRun).stream()
                .filter(batch -> !batch.points().isEmpty())
                .toList();
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
        var byRun = points(query.runs(), query.key(), SELECT_SAMPLE, query.most(), query.startStep(), query.endStep());
        for (List<Point> points : byRun) {
            if (points.size() > query.most()) {
                points.remove(points.size() - 2); // The last point stands in for the first one of the last part.
            }
        }
        return batches(query.runs(), byRun);
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException {
        ensureSchema();
        String column = switch (query.axis()) {
            case TIME -> "ts";
            case STEP -> "step";
        };
        var series = new ArrayList<MetricSeries>();
        try (var connection = pool.getConnection()) {
            // PostgreSQL gives rows bit by bit within a transaction alone.
            connection.setAutoCommit(false);
            try {
                for (RunRange run : query.runs()) {
                    for (String key : query.keys()) {
                        series.add(series(connection, column, query, run, key));
                    }
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
        return series;
    }

    private static MetricSeries series(
            Connection connection, String column, SeriesQuery query, RunRange run, String key) throws SQLException {
        long count;
        @Nullable Buckets buckets = null;
        try (var statement = ofRange(connection, SELECT_EXTENT.formatted(column), run, key);
                var rows = statement.executeQuery()) {
            rows.next();
            count = rows.getLong(1);
            if (count > query.maxPoints()) {
                buckets = Buckets.between(rows.getLong(2), rows.getLong(3), query.maxPoints(), !rows.getBoolean(4));
            }
        }
        List<Point> points = new ArrayList<>();
        if (count > 0) {
            try (var statement = ofRange(connection, SELECT_RANGE.formatted(column), run, key)) {
                statement.setFetchSize(ROWS_A_FETCH);
                @Nullable Envelope envelope = buckets == null ? null : new Envelope(query.axis(), buckets);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        double value = rows.getBoolean(4) ? Double.NaN : rows.getDouble(3);
                        var point = new Point(key, rows.getLong(1), rows.getLong(2), value);
                        if (envelope == null) {
                            points.add(point);
                        } else {
                            envelope.add(point);
                        }
                    }
                }
                // Points that came in between the two statements may be more than wanted.
                points =
                        envelope == null ? Envelope.reduce(points, query.axis(), query.maxPoints()) : envelope.points();
            }
        }
        return new MetricSeries(
                key, count > query.maxPoints(), new PointBatch(run.experimentId(), run.runId(), points));
    }

    private static PreparedStatement ofRange(Connection connection, String sql, RunRange run, String key)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        statement.setString(1, run.runId());
        statement.setString(2, key);
        statement.setLong(3, run.from());
        statement.setLong(4, run.to());
        return statement;
    }

    @Override
    public void runs(Consumer<RunRef> each) throws StoreUnavailableException {
        ensureSchema();
        try (var connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.prepareStatement(SELECT_RUNS)) {
                statement.setFetchSize(ROWS_A_FETCH);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.accept(new RunRef(rows.getString(1), rows.getString(2)));
                    }
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    public SortedSet<String> keys(RunRef run) throws StoreUnavailableException {
        ensureSchema();
        var keys = new TreeSet<String>();
        try (var connection = pool.getConnection();
                var statement = connection.prepareStatement(SELECT_KEYS)) {
            statement.setString(1, run.runId());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
        return keys;
    }

    @Override
    public long count(RunRef run) throws StoreUnavailableException {
        ensureSchema();
        try (var connection = pool.getConnection();
                var statement = connection.prepareStatement(COUNT_POINTS)) {
            statement.setString(1, run.runId());
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    public synchronized void purge(RunRef run) throws StoreUnavailableException {
        ensureSchema();
        knownSeries.keySet().removeIf(series -> series.runId().equals(run.runId()));
        try (var connection = pool.getConnection()) {
            for (long series : numbers(connection, run)) {
                while (deletePiece(connection, series)) {
                    LOG.debug("metrics.purge run={} series={} goes on", run.runId(), series);
                }
            }
            // Last, so that a purge that was cut short finds what is left.
            try (var statement = connection.prepareStatement(DELETE_SERIES)) {
                statement.setString(1, run.runId());
                statement.executeUpdate();
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private static List<Long> numbers(Connection connection, RunRef run) throws SQLException {
        var numbers = new ArrayList<Long>();
        try (var statement = connection.prepareStatement(SELECT_NUMBERS)) {
            statement.setString(1, run.runId());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getLong(1));
                }
            }
        }
        return numbers;
    }

    /** Deletes the first points of a series, each piece in a transaction of its own; false where they were the last. */
    private static boolean deletePiece(Connection connection, long series) throws SQLException {
        try (var end = connection.prepareStatement(SELECT_PIECE_END)) {
            end.setLong(1, series);
            end.setInt(2, ROWS_A_STATEMENT);
            try (var rows = end.executeQuery()) {
                if (rows.next()) {
                    try (var delete = connection.prepareStatement(DELETE_PIECE)) {
                        delete.setLong(1, series);
                        delete.setLong(2, rows.getLong(1));
                        delete.setLong(3, rows.getLong(1));
                        delete.setLong(4, rows.getLong(2));
                        delete.setDouble(5, rows.getDouble(3));
                        delete.setBoolean(6, rows.getBoolean(4));
                        delete.executeUpdate();
                    }
                    return true;
                }
            }
        }
        try (var delete = connection.prepareStatement(DELETE_POINTS)) {
            delete.setLong(1, series);
            delete.executeUpdate();
        }
        return false;
    }

    @Override
    public List<String> retentionClasses() {
        return List.of();
    }

    @Override
    public StoreStatus status() {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            try (var rows = statement.executeQuery("SHOW server_version")) {
                String version = rows.next() ? rows.getString(1) : null;
                return new StoreStatus(part(), "PostgreSQL", version, configuration.where(), true, null);
            }
        } catch (SQLException e) {
            return new StoreStatus(part(), "PostgreSQL", null, configuration.where(), false, e.getMessage());
        }
    }

    @Override
    public String part() {
        return "postgresql";
    }

    @Override
    public void close() {
        connections.close();
    }

    /** The points that a statement about many runs gives, for each run. */
    private List<List<Point>> points(List<RunRef> runs, String key, String sql, Object... bounds)
            throws StoreUnavailableException {
        ensureSchema();
        var byRun = new ArrayList<List<Point>>(runs.size());
        runs.forEach(_ -> byRun.add(new ArrayList<>()));
        try (var connection = pool.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            statement.setArray(
                    parameter++,
                    connection.createArrayOf(
                            "text", runs.stream().map(RunRef::runId).toArray()));
            statement.setString(parameter++, key);
            for (Object bound : bounds) {
                statement.setObject(parameter++, bound);
            }
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    double value = rows.getBoolean(5) ? Double.NaN : rows.getDouble(4);
                    byRun.get(rows.getInt(1) - 1).add(new Point(key, rows.getLong(2), rows.getLong(3), value));
                }
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
        return byRun;
    }

    private static List<PointBatch> batches(List<RunRef> runs, List<List<Point>> byRun) {
        var batches = new ArrayList<PointBatch>(runs.size());
        for (int i = 0; i < runs.size(); i++) {
            RunRef run = runs.get(i);
            batches.add(new PointBatch(run.experimentId(), run.runId(), byRun.get(i)));
        }
        return batches;
    }

    private long writeOrSplit(List<PointBatch> batches) throws StoreUnavailableException {
        try {
            writeAll(batches);
            return 0;
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                throw unavailable(e);
            }
            // Data that PostgreSQL cannot hold: one bad batch must not keep the others waiting.
            if (batches.size() > 1) {
                int middle = batches.size() / 2;
                return writeOrSplit(batches.subList(0, middle)) + writeOrSplit(batches.subList(middle, batches.size()));
            }
            LOG.error(
                    "metrics.lost points={} run={} refused by PostgreSQL",
                    batches.getFirst().points().size(),
                    batches.getFirst().runId(),
                    e);
            return batches.getFirst().points().size();
        }
    }

    private void writeAll(List<PointBatch> batches) throws SQLException {
        try (var connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Map<Series, Long> found = findSeries(connection, batches);
                var rows = new Rows();
                for (PointBatch batch : batches) {
                    for (Point point : batch.points()) {
                        var series = new Series(batch.runId(), point.key());
                        Long id = found.get(series);
                        if (id == null) {
                            throw new IllegalStateException("No number was given to " + series);
                        }
                        rows.add(id, point);
                        if (rows.count == ROWS_A_STATEMENT) {
                            rows.insert(connection);
                        }
                    }
                }
                rows.insert(connection);
                connection.commit();
                // Only now: numbers given in a transaction that was undone would belong to nothing.
                knownSeries.putAll(found);
                forgetOldest();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private Map<Series, Long> findSeries(Connection connection, List<PointBatch> batches) throws SQLException {
        var found = new HashMap<Series, Long>();
        var unknown = new TreeMap<Series, String>();
        for (PointBatch batch : batches) {
            for (Point point : batch.points()) {
                var series = new Series(batch.runId(), point.key());
                if (!found.containsKey(series)) {
                    Long id = knownSeries.get(series);
                    if (id == null) {
                        unknown.put(series, batch.experimentId());
                    } else {
                        found.put(series, id);
                    }
                }
            }
        }
        if (unknown.isEmpty()) {
            return found;
        }
        // Sorted, so that two writers cannot wait for each other.
        var runs = connection.createArrayOf(
                "text", unknown.keySet().stream().map(Series::runId).toArray());
        var keys = connection.createArrayOf(
                "text", unknown.keySet().stream().map(Series::key).toArray());
        var experiments = connection.createArrayOf("text", unknown.values().toArray());
        try (var insert = connection.prepareStatement(INSERT_SERIES)) {
            insert.setArray(1, runs);
            insert.setArray(2, keys);
            insert.setArray(3, experiments);
            insert.executeUpdate();
        }
        try (var select = connection.prepareStatement(SELECT_SERIES)) {
            select.setArray(1, runs);
            select.setArray(2, keys);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(new Series(rows.getString(1), rows.getString(2)), rows.getLong(3));
                }
            }
        }
        return found;
    }

    private void forgetOldest() {
        var oldest = knownSeries.entrySet().iterator();
        while (knownSeries.size() > MAX_KNOWN_SERIES) {
            oldest.next();
            oldest.remove();
        }
    }

    private StoreUnavailableException unavailable(SQLException e) {
        if ("42P01".equals(e.getSQLState()) || "3F000".equals(e.getSQLState())) {
            ensured = false; // The table or schema is gone: made again at the next try.
        }
        return new StoreUnavailableException("PostgreSQL does not take or give points: " + e.getMessage(), e);
    }

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Transaction<T> {

        T in(Connection connection) throws SQLException;
    }

    /** One metric of one run. */
    private record Series(String runId, String key) implements Comparable<Series> {

        @Override
        public int compareTo(Series other) {
            int byRun = runId.compareTo(other.runId);
            return byRun != 0 ? byRun : key.compareTo(other.key);
        }
    }

    /** Rows of one statement, by column. */
    private static final class Rows {

        private final Long[] series = new Long[ROWS_A_STATEMENT];
        private final Long[] timestamps = new Long[ROWS_A_STATEMENT];
        private final Long[] steps = new Long[ROWS_A_STATEMENT];
        private final Double[] values = new Double[ROWS_A_STATEMENT];
        private final Boolean[] nans = new Boolean[ROWS_A_STATEMENT];
        private int count;

        private void add(long seriesId, Point point) {
            boolean nan = Double.isNaN(point.value());
            series[count] = seriesId;
            timestamps[count] = point.timestampMillis();
            steps[count] = point.step();
            values[count] = nan ? 0.0 : point.value();
            nans[count] = nan;
            count++;
        }

        private void insert(Connection connection) throws SQLException {
            if (count == 0) {
                return;
            }
            try (var statement = connection.prepareStatement(INSERT_POINTS)) {
                statement.setArray(1, connection.createArrayOf("int8", Arrays.copyOf(series, count)));
                statement.setArray(2, connection.createArrayOf("int8", Arrays.copyOf(timestamps, count)));
                statement.setArray(3, connection.createArrayOf("int8", Arrays.copyOf(steps, count)));
                statement.setArray(4, connection.createArrayOf("float8", Arrays.copyOf(values, count)));
                statement.setArray(5, connection.createArrayOf("bool", Arrays.copyOf(nans, count)));
                statement.executeUpdate();
            }
            count = 0;
        }
    }
}
