package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** The migrations on databases in every state that they may meet. */
class ITSchemaMigration {

    private final Map<String, Object> database = TestPostgres.emptyDatabase();

    @Test
    void emptyDatabase_getsTheSchemaWithItsFirstRows() throws SQLException {
        migrate();
        assertThat(numbers("SELECT experiment_id FROM experiments")).containsExactly(0L);
        assertThat(numbers("SELECT number FROM cache_generation WHERE NOT enabled"))
                .containsExactly(0L);
        assertThat(numbers("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"))
                .containsExactly(0L);
    }

    @Test
    void migratedDatabase_isLeftAlone() throws SQLException {
        migrate();
        execute("UPDATE experiments SET name = 'Renamed' WHERE experiment_id = 0");
        migrate();
        assertThat(numbers("SELECT experiment_id FROM experiments WHERE name = 'Renamed'"))
                .containsExactly(0L);
    }

    @Test
    void filledDatabaseOfTheFirstVersion_keepsItsRows() throws SQLException {
        migrateTo("1");
        execute("""
                INSERT INTO runs (run_id, experiment_id, run_name, user_id, status, start_time, artifact_uri)
                SELECT 'r' || i, 0, 'n', '', 'RUNNING', i, 'u' FROM generate_series(1, 1000) i""");
        execute("INSERT INTO params SELECT run_pk, 'p', repeat('v', 6000) FROM runs");
        execute("INSERT INTO run_tags SELECT run_pk, 't', repeat('é', 8000) FROM runs");
        execute("INSERT INTO latest_metrics SELECT run_pk, 'm', 1, false, 1, 1 FROM runs");
        execute("UPDATE runs SET deleted = true WHERE run_id = 'r7'");
        migrate();
        assertThat(numbers("SELECT count(*) FROM runs JOIN params USING (run_pk) JOIN latest_metrics USING (run_pk)"))
                .containsExactly(1000L);
        assertThat(numbers("SELECT run_pk FROM runs WHERE deleted_time > 1700000000000"))
                .isEqualTo(numbers("SELECT run_pk FROM runs WHERE run_id = 'r7'"));
    }

    @Test
    void versionsInAStage_arePromotedAtTheirLastChange() throws SQLException {
        migrateTo("13");
        execute("""
                INSERT INTO registered_models (name, last_version, creation_time, last_updated_time)
                VALUES ('a', 4, 1, 50), ('b', 1, 1, 20)""");
        execute("""
                INSERT INTO model_versions (registered_pk, version, stage, source, storage_location, run_id, run_link,
                    creation_time, last_updated_time)
                SELECT registered_pk, version, stage, '', '', '', '', 1, time FROM registered_models JOIN (VALUES
                    ('a', 1, 'ARCHIVED', 30), ('a', 2, 'PRODUCTION', 30), ('a', 3, 'NONE', 40), ('a', 4, 'STAGING', 10),
                    ('b', 1, 'PRODUCTION', 20)) v(name, version, stage, time) USING (name)""");
        execute("INSERT INTO model_aliases SELECT registered_pk, 'best', 1 FROM registered_models");
        migrate();
        assertThat(texts("""
                        SELECT m.name || p.number || ': ' || p.version || ' ' || kind || ' ' || p.name || ' ' || time
                        FROM model_promotions p JOIN registered_models m USING (registered_pk)
                        ORDER BY m.name, p.number"""))
                .containsExactly(
                        "a1: 4 STAGE Staging 10",
                        "a2: 1 STAGE Archived 30",
                        "a3: 2 STAGE Production 30",
                        "b1: 1 STAGE Production 20");
    }

    @Test
    void fourInstances_startAtOnce() throws Exception {
        Callable<Boolean> start = () -> {
            migrate();
            return true;
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var future : threads.invokeAll(List.of(start, start, start, start))) {
                assertThat(future.get()).isTrue();
            }
        }
        assertThat(numbers("SELECT experiment_id FROM experiments")).containsExactly(0L);
    }

    @Test
    void otherSchemasOfTheDatabase_areNotTouched() throws SQLException {
        try (var connection = TestPostgres.connect(database);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public.runs (mine int)");
            statement.execute("CREATE SCHEMA metrics");
        }
        migrate();
        assertThat(numbers("SELECT count(*) FROM public.runs")).containsExactly(0L);
    }

    private void migrate() {
        SchemaMigration.migrate(text("url"), text("username"), text("password"));
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(text("url"), text("username"), text("password"))
                .schemas("metadata")
                .locations("classpath:db/metadata")
                .target(version)
                .load()
                .migrate();
    }

    private String text(String key) {
        return String.valueOf(database.get("fourfold.postgres." + key));
    }

    private void execute(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(database)) {
            Rows.update(connection, sql);
        }
    }

    private List<String> texts(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(database)) {
            return Rows.list(connection, sql, row -> row.getString(1));
        }
    }

    private List<Long> numbers(String sql) throws SQLException {
        try (var connection = TestPostgres.connect(database)) {
            return Rows.list(connection, sql, row -> row.getLong(1));
        }
    }
}
