package dev.fourfold.metrics.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.PointStore;
import dev.fourfold.metrics.point.PointStoreContract;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract on a real PostgreSQL. */
final class ITPostgresPointStore extends PointStoreContract {

    private static final String DATABASE = TemporaryStores.newDatabase();

    @Override
    protected PointStore open() {
        return open(DATABASE);
    }

    @Test
    void schema_isMadeOnAnEmptyDatabaseAndFoundAgain() throws Exception {
        var database = TemporaryStores.newDatabase();
        try (var store = open(database)) {
            store.ensureSchema();
            store.write(List.of(batch("run", List.of(new Point("loss", 1_763_000_000_000L, 1, 1)))));
        }
        try (var store = open(database)) {
            store.ensureSchema();
            assertThat(store.write(List.of(batch("run", List.of(new Point("loss", 1_763_000_000_000L, 1, 1))))))
                    .isZero();
        }
        try (var connection = DriverManager.getConnection(
                        database,
                        TemporaryStores.postgres().user(),
                        TemporaryStores.postgres().password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM metrics.point_2025")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(1);
        }
    }

    @Test
    void databaseOfAnotherEncoding_isNotWrittenToAndTheMendIsNamed() throws Exception {
        var server = TemporaryStores.postgres();
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        }
        try (var store = open(server.url("latin"))) {
            var points =
                    List.of(new Point("loss", 1, 1, 1), new Point("\u043f\u043e\u0442\u0435\u0440\u0438", 1, 1, 1));
            assertThatThrownBy(() -> store.write(List.of(batch("run", points))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("ENCODING 'UTF8'");
        }
    }

    @Test
    void poolThatCannotFit_isNotUsed_andTheSettingIsNamed() throws Exception {
        var server = TemporaryStores.postgres();
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE narrow CONNECTION LIMIT 2");
        }
        try (var store = open(server.url("narrow"))) {
            assertThatThrownBy(() -> store.write(List.of(batch("run", List.of(new Point("loss", 1, 1, 1))))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("PostgreSQL lets it have 2")
                    .hasMessageContaining("FOURFOLD_METRICS_POSTGRES_CONNECTIONS");
        }
    }

    @Test
    void serverThatIsAway_isUnavailable() {
        try (var store =
                new PostgresPointStore(SmallPool.at("jdbc:postgresql://127.0.0.1:1/none", "fourfold", "", 2))) {
            assertThatThrownBy(() -> store.write(List.of(batch("run", List.of(new Point("loss", 1, 1, 1))))))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(store.status().available()).isFalse();
        }
    }

    private static PostgresPointStore open(String database) {
        var server = TemporaryStores.postgres();
        return new PostgresPointStore(SmallPool.at(database, server.user(), server.password(), 3));
    }
}
