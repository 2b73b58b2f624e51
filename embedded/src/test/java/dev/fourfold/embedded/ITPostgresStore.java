package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITPostgresStore {

    @TempDir
    Path parent;

    private static Connection connect(PostgresStore store) throws SQLException {
        return DriverManager.getConnection(store.url(), store.user(), store.password());
    }

    private static void execute(PostgresStore store, String sql) throws SQLException {
        try (var connection = connect(store);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(PostgresStore store, String sql) throws SQLException {
        try (var connection = connect(store);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void data_survivesACleanStop() throws SQLException {
        var folder = parent.resolve("store");
        try (var store = PostgresStore.start(folder, 0)) {
            execute(store, "CREATE TABLE kept (n int)");
            execute(store, "INSERT INTO kept VALUES (7)");
        }
        try (var store = PostgresStore.start(folder, 0)) {
            assertThat(query(store, "SELECT sum(n) FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void data_survivesAKilledServer() throws Exception {
        try (var store = PostgresStore.start(parent.resolve("store"), 0)) {
            execute(store, "CREATE TABLE kept (n int)");
            var pid = store.pid().orElseThrow();
            var port = store.port();
            try (var open = connect(store);
                    var statement = open.createStatement()) {
                statement.execute("INSERT INTO kept VALUES (7)");
                var process = ProcessHandle.of(pid).orElseThrow();
                assertThat(process.info().command().orElseThrow()).endsWith("/postgres");
                process.destroyForcibly();
                process.onExit().join();
                assertThat(store.running()).isFalse();

                store.restart();
            }
            assertThat(store.port()).isEqualTo(port);
            assertThat(store.pid().orElseThrow()).isNotEqualTo(pid);
            assertThat(query(store, "SELECT sum(n) FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void settings_areDurableAndClosed() throws Exception {
        var folder = parent.resolve("store");
        try (var store = PostgresStore.start(folder, 0)) {
            assertThat(query(store, "SHOW fsync")).isEqualTo("on");
            assertThat(query(store, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(store, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(query(store, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(store, "SHOW unix_socket_directories")).isEmpty();
            assertThat(query(store, "SHOW data_checksums")).isEqualTo("on");
            assertThat(query(store, "SHOW server_version")).startsWith(store.version());
            assertThat(query(store, "SELECT current_database()")).isEqualTo("fourfold");
            assertThatThrownBy(() -> DriverManager.getConnection(store.url(), store.user(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void settings_canBeReplaced() throws SQLException {
        var settings = PostgresSettings.in(parent.resolve("store"), 0).with(Map.of("synchronous_commit", "off"));
        try (var store = PostgresStore.start(settings)) {
            assertThat(query(store, "SHOW synchronous_commit")).isEqualTo("off");
            assertThat(query(store, "SHOW fsync")).isEqualTo("on");
        }
    }

    @Test
    void folderOfAnotherMajorVersion_isRefused() throws Exception {
        var data = Files.createDirectories(parent.resolve("store/data"));
        Files.writeString(data.resolve("PG_VERSION"), "14\n");
        assertThatThrownBy(() -> PostgresStore.start(parent.resolve("store"), 0))
                .isInstanceOf(EmbeddedStoreException.class)
                .hasMessageContaining("written by PostgreSQL 14")
                .hasMessageContaining("pg_dumpall");
    }

    @Test
    void secondHolder_isRefused() {
        var folder = parent.resolve("store");
        try (var _ = PostgresStore.start(folder, 0)) {
            assertThatThrownBy(() -> PostgresStore.start(folder, 0))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void processIdOfAnotherProgram_doesNotHinderTheStart() throws Exception {
        var folder = parent.resolve("store");
        PostgresStore.start(folder, 0).close();
        // As after a restart of the machine: the id that the killed server had is now this JVM's.
        var pidFile = folder.resolve("data/postmaster.pid");
        Files.writeString(
                pidFile,
                ProcessHandle.current().pid() + "\n" + folder.resolve("data") + "\n1\n5432\n\n127.0.0.1\n1 1\n");
        try (var store = PostgresStore.start(folder, 0)) {
            assertThat(query(store, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void takenPort_isNamed() {
        try (var first = PostgresStore.start(parent.resolve("first"), 0)) {
            assertThatThrownBy(() -> PostgresStore.start(parent.resolve("second"), first.port()))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining("Port " + first.port());
        }
    }
}
