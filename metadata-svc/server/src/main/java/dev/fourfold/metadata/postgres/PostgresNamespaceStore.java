package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceRules;
import dev.fourfold.metadata.state.NamespaceStore;
import dev.fourfold.metadata.state.StateConfiguration;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import dev.fourfold.metadata.state.WhenFull;
import dev.fourfold.metadata.work.WorkProblems;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Namespaces of training state in PostgreSQL. Whoever changes one holds its row. */
@Singleton
@ServesMetadata
final class PostgresNamespaceStore implements NamespaceStore {

    private static final String NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /** The step of the sequence, which the migration states. */
    private static final long BLOCK = 1000;

    /** For so long all who find a new namespace at the same time find it new. */
    private static final long NEW_MILLIS = 5_000;

    private static final String SELECT = """
            SELECT name, defined, max_keys, max_value_bytes, when_full, max_lease, version, last_token, greatest_lease,
                first_reserved IS NOT NULL AND first_reserved > %s - %d
            FROM state_namespaces""".formatted(NOW, NEW_MILLIS);

    private static final String COUNT = "SELECT count(*) FROM state_namespaces";

    /** Nothing was allowed yet: defining it and reserving tokens for it do, each what counts then. */
    private static final String MAKE = """
            INSERT INTO state_namespaces (name, defined, greatest_lease, version, creation_time, last_update_time)
            SELECT ?, false, 0, nextval('state_versions'), clock.now, clock.now FROM (SELECT %s AS now) AS clock
            ON CONFLICT (name) DO NOTHING""".formatted(NOW);

    private static final String DEFINE = """
            UPDATE state_namespaces SET defined = true, max_keys = ?::bigint, max_value_bytes = ?::bigint,
                when_full = ?::text, max_lease = ?::bigint, greatest_lease = greatest(greatest_lease, ?),
                version = nextval('state_versions'), last_update_time = %s
            WHERE name = ? AND (NOT defined
                OR (max_keys, max_value_bytes, when_full, max_lease)
                    IS DISTINCT FROM (?::bigint, ?::bigint, ?::text, ?::bigint))""".formatted(NOW);

    private static final String RESERVE = """
            UPDATE state_namespaces SET last_token = nextval('state_tokens') + ?, incarnation = given.incarnation,
                first_reserved = CASE WHEN last_token IS NULL THEN %s
                    WHEN state_namespaces.incarnation = given.incarnation THEN first_reserved END,
                greatest_lease = greatest(greatest_lease, coalesce(max_lease, ?))
            FROM (SELECT ?::text AS incarnation) AS given WHERE name = ?""".formatted(NOW);

    private static final String DELETE = """
            DELETE FROM state_namespaces WHERE name = ? AND last_token IS NOT DISTINCT FROM ?::bigint""";

    private static final String LOCK = "SELECT 1 FROM state_namespaces WHERE name = ? FOR UPDATE";

    private static final String HAS_WORK = "SELECT EXISTS (SELECT 1 FROM work_lists WHERE namespace = ?)";

    private static final String FORGET_LIMITS = """
            UPDATE state_namespaces SET defined = false, max_keys = NULL, max_value_bytes = NULL, when_full = NULL,
                max_lease = NULL, version = nextval('state_versions'), greatest_lease = greatest(greatest_lease, ?),
                last_update_time = %s
            WHERE name = ? AND defined""".formatted(NOW);

    private final Postgres postgres;
    private final StateConfiguration configuration;

    PostgresNamespaceStore(Postgres postgres, StateConfiguration configuration) {
        this.postgres = postgres;
        this.configuration = configuration;
    }

    /**
     * A row.
     *
     * @param greatestLease the longest lease that was ever allowed by it
     * @param isNew whether tokens were reserved for it only lately, and for one start of Redis
     */
    private record Row(StateNamespace namespace, long greatestLease, boolean isNew) {}

    @Override
    public StateNamespace define(DefineNamespace namespace) {
        return postgres.write(connection -> {
            make(connection, namespace.name());
            String whenFull =
                    namespace.whenFull() == null ? null : namespace.whenFull().name();
            long longest = Objects.requireNonNullElse(namespace.maxLeaseMillis(), defaultLease());
            Rows.update(
                    connection,
                    DEFINE,
                    namespace.maxKeys(),
                    namespace.maxValueBytes(),
                    whenFull,
                    namespace.maxLeaseMillis(),
                    longest,
                    namespace.name(),
                    namespace.maxKeys(),
                    namespace.maxValueBytes(),
                    whenFull,
                    namespace.maxLeaseMillis());
            return find(connection, namespace.name())
                    .orElseThrow(() -> NamespaceRules.changing(namespace.name()).toException())
                    .namespace();
        });
    }

    @Override
    public Optional<StateNamespace> find(String name) {
        return postgres.single(connection -> find(connection, name)).map(Row::namespace);
    }

    @Override
    public List<StateNamespace> list(@Nullable String after, int limit) {
        return postgres
                .single(connection -> Rows.list(
                        connection,
                        SELECT + " WHERE name > ? ORDER BY name LIMIT ?",
                        this::read,
                        after == null ? "" : after,
                        limit))
                .stream()
                .map(Row::namespace)
                .toList();
    }

    @Override
    public TokenBlock reserve(String name, String incarnation) {
        return postgres.write(connection -> {
            make(connection, name);
            Rows.first(connection, SELECT + " WHERE name = ? FOR UPDATE", this::read, name)
                    .orElseThrow(() -> NamespaceRules.changing(name).toException());
            Rows.update(connection, RESERVE, BLOCK - 1, defaultLease(), incarnation, name);
            Row now = find(connection, name).orElseThrow();
            long last = Objects.requireNonNull(now.namespace().lastToken());
            return new TokenBlock(now.namespace(), last - BLOCK + 1, last, now.isNew() ? 0 : now.greatestLease());
        });
    }

    @Override
    public boolean delete(String name, @Nullable Long lastToken) {
        return postgres.write(connection -> {
            if (Rows.first(connection, LOCK, _ -> true, name).isPresent()
                    && Rows.first(connection, HAS_WORK, row -> row.getBoolean(1), name)
                            .orElseThrow()) {
                throw WorkProblems.hasWork(name).toException();
            }
            if (Rows.update(connection, DELETE, name, lastToken) > 0) {
                return true;
            }
            Rows.update(connection, FORGET_LIMITS, defaultLease(), name);
            return find(connection, name).isEmpty();
        });
    }

    /** Makes a namespace known; does nothing where it is. */
    void make(Connection connection, String name) throws SQLException {
        if (find(connection, name).isPresent()) {
            return;
        }
        long there = Rows.first(connection, COUNT, row -> row.getLong(1)).orElse(0L);
        if (there >= configuration.maxNamespaces()) {
            throw NamespaceRules.tooMany(configuration.maxNamespaces()).toException();
        }
        Rows.update(connection, MAKE, name);
    }

    private Optional<Row> find(Connection connection, String name) throws SQLException {
        return Rows.first(connection, SELECT + " WHERE name = ?", this::read, name);
    }

    private Row read(ResultSet row) throws SQLException {
        String whenFull = row.getString(5);
        long lastToken = row.getLong(8);
        boolean reserved = !row.wasNull();
        return new Row(
                new StateNamespace(
                        row.getString(1),
                        row.getBoolean(2),
                        orElse(row, 3, configuration.maxKeys()),
                        orElse(row, 4, configuration.maxValueBytes()),
                        whenFull == null ? WhenFull.REFUSE : WhenFull.valueOf(whenFull),
                        orElse(row, 6, defaultLease()),
                        row.getLong(7),
                        reserved ? lastToken : null),
                row.getLong(9),
                row.getBoolean(10));
    }

    private long defaultLease() {
        return configuration.maxLease().toMillis();
    }

    private static long orElse(ResultSet row, int column, long fallback) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? fallback : value;
    }
}
