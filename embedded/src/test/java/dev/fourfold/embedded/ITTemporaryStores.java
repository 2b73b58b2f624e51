package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ITTemporaryStores {

    @Test
    void stores_areSharedWithinTheJvm_andEachNewDatabaseIsEmpty() throws SQLException {
        var store = TemporaryStores.postgres();
        assertThat(TemporaryStores.postgres()).isSameAs(store);
        for (var i = 0; i < 2; i++) {
            try (var connection =
                            DriverManager.getConnection(TemporaryStores.newDatabase(), store.user(), store.password());
                    var statement = connection.createStatement()) {
                // A table left by the other one would make this fail.
                statement.execute("CREATE TABLE mine (n int)");
            }
        }
        assertThat(TemporaryStores.redis().running()).isTrue();
        assertThat(TemporaryStores.mongo().running()).isTrue();
        assertThat(TemporaryStores.influx().running()).isTrue();
        assertThat(TemporaryStores.s3().running()).isTrue();
    }
}
