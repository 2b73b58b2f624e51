package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.EntityKey;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.FeatureType;
import dev.fourfold.metadata.feature.NewField;
import dev.fourfold.metadata.feature.WhenFull;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How PostgreSQL finds the views that have expired rows. */
final class ITSweepPlan {

    @Test
    void viewOfLiveRows_isAskedForItsOldestOnly() throws SQLException {
        var database = TestPostgres.emptyDatabase();
        try (var context = OneProcess.start(database);
                var connection = TestPostgres.connect(database);
                var statement = connection.createStatement()) {
            var view = context.getBean(FeatureOperations.class)
                    .define(new DefineView(
                            "live",
                            "",
                            new EntityKey("k", FeatureType.STRING),
                            List.of(new NewField("x", FeatureType.INT64, null)),
                            3_600_000_000L,
                            null,
                            null,
                            WhenFull.REFUSE))
                    .view();
            statement.execute("""
                    INSERT INTO feature_rows (view_pk, entity, event_time, write_time, bytes, features)
                    SELECT %d, 'e' || i, floor(extract(epoch FROM now()) * 1000) - i, 0, 9, '[1]'
                    FROM generate_series(1, 20000) AS i""".formatted(view.id()));
            statement.execute("ANALYZE");
            var plan = new ArrayList<String>();
            try (var explained = connection.prepareStatement("EXPLAIN (ANALYZE) " + PostgresFeatureStore.EXPIRING)) {
                explained.setLong(1, 0);
                try (var lines = explained.executeQuery()) {
                    while (lines.next()) {
                        plan.add(lines.getString(1));
                    }
                }
            }
            assertThat(plan)
                    .filteredOn(line -> line.contains("feature_rows"))
                    .singleElement()
                    .asString()
                    .as(String.join("\n", plan))
                    .contains("feature_rows_age_idx")
                    .containsPattern("actual [^)]*rows=1(\\.00)? loops=1\\)");
        }
    }
}
