package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.model.ModelDataset;
import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.model.ModelQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of clause and of order of logged models is answered from indexes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITModelSearchPlans {

    private static final int MODELS = 20_000;
    private static final List<ModelDataset> NO_DATASETS = List.of();

    private Connection connection;

    @BeforeAll
    void seed() throws SQLException {
        connection = SearchDatabase.create();
        for (var statement : List.of(
                "INSERT INTO experiments (experiment_id, name, artifact_location, creation_time, last_update_time)"
                        + " SELECT g, 'experiment ' || g, '', g, g FROM generate_series(1, 40) g",
                "INSERT INTO runs (run_id, experiment_id, run_name, user_id, status, start_time, artifact_uri)"
                        + " SELECT md5(g::text), g, 'run', '', 'FINISHED', g, '' FROM generate_series(1, 40) g",
                // A quarter of the models is in one experiment, the others are in 39.
                """
                INSERT INTO logged_models (model_id, experiment_id, name, artifact_uri, creation_time, last_updated_time,
                    status, model_type, source_run_id, deleted)
                SELECT 'm-' || md5(g::text), CASE WHEN g %% 4 = 0 THEN 1 ELSE 2 + g %% 39 END, 'model ' || g %% 1000,
                    'mlflow-artifacts:/' || g, g * 7919 %% 1000003, g, CASE WHEN g %% 50 = 0 THEN 'PENDING' ELSE 'READY' END,
                    'type ' || g %% 3, md5((g %% 40)::text), g %% 100 = 0
                FROM generate_series(1, %d) g""".formatted(MODELS),
                "INSERT INTO logged_model_params SELECT model_pk, 'p' || p, (model_pk * 31 % (10 ^ p)::int)::text"
                        + " FROM logged_models, generate_series(1, 4) p",
                "INSERT INTO logged_model_tags SELECT model_pk, 'candidate',"
                        + " CASE WHEN model_pk % 1000 = 0 THEN 'yes' ELSE 'no' END FROM logged_models",
                """
                INSERT INTO logged_model_metrics (model_pk, run_pk, key, value, is_nan, timestamp, step, dataset_name,
                    dataset_digest)
                SELECT model_pk, (SELECT min(run_pk) FROM runs), 'm' || m, sin(model_pk * m), false, 1, 1,
                    CASE WHEN m < 4 THEN 'data ' || model_pk % 200 END, CASE WHEN m < 4 THEN 'd' END
                FROM logged_models, generate_series(1, 5) m""",
                "VACUUM ANALYZE")) {
            SearchDatabase.execute(connection, statement);
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    static Stream<ModelQuery> queries() {
        var filters = Stream.of(
                        "",
                        "name = 'model 7'",
                        "name LIKE 'model 7%'",
                        "name != 'model 7'",
                        "model_id = 'm-c81e728d9d4c2f636f067f89cc14862c'",
                        "model_type = 'type 1'",
                        "status = 'PENDING'",
                        "source_run_id = 'c81e728d9d4c2f636f067f89cc14862c'",
                        "creation_timestamp > 900000",
                        "last_updated_timestamp <= 100",
                        "params.p1 = '3'",
                        "params.p4 LIKE '12%'",
                        "params.p4 ILIKE '%99%'",
                        "params.p4 != '7'",
                        "tags.candidate = 'yes'",
                        "tags.candidate != 'no'",
                        "metrics.m1 > 0.99999",
                        "metrics.m1 > 0 AND metrics.m2 <= 0.5 AND tags.candidate = 'yes'",
                        "metrics.unknown = 1")
                .toList();
        var orders = List.of(
                new ModelOrder("name", true, null, null),
                new ModelOrder("creation_timestamp", true, null, null),
                new ModelOrder("last_updated_timestamp", false, null, null),
                new ModelOrder("metrics.m1", false, null, null),
                new ModelOrder("metrics.m1", true, "data 7", "d"),
                new ModelOrder("model_id", true, null, null));
        var places = List.of(List.of("1"), List.of("2"), List.of("2", "3"));
        return places.stream()
                .flatMap(experiments -> Stream.of(
                                filters.stream().map(filter -> query(experiments, filter, NO_DATASETS, List.of())),
                                Stream.of("", "metrics.m1 > 0")
                                        .map(filter -> query(
                                                experiments,
                                                filter,
                                                List.of(new ModelDataset("data 7", "d")),
                                                List.of())),
                                orders.stream().map(order -> query(experiments, "", NO_DATASETS, List.of(order))))
                        .flatMap(some -> some));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void modelsAreFoundByIndex(ModelQuery query) throws SQLException {
        check(query);
        var place = SearchDatabase.run(connection, ModelSearch.compile(query)).nextPageToken();
        if (place != null) {
            check(new ModelQuery(
                    query.experimentIds(),
                    query.filter(),
                    query.datasets(),
                    query.maxResults(),
                    query.orderBy(),
                    ModelSearch.pageToken(query, place)));
        }
    }

    /** To order a quarter of all models by a metric, reading all rows of the table of models itself is the better way. */
    private void check(ModelQuery query) throws SQLException {
        var plan = SearchDatabase.plan(connection, ModelSearch.compile(query), true);
        boolean quarterOfAll =
                query.experimentIds().contains("1") && !query.orderBy().isEmpty();
        assertThat(quarterOfAll ? plan.replace("Seq Scan on logged_models m", "") : plan)
                .as(query.toString())
                .doesNotContain("Seq Scan on logged_model");
    }

    private static ModelQuery query(
            List<String> experiments, String filter, List<ModelDataset> datasets, List<ModelOrder> order) {
        return new ModelQuery(experiments, filter, datasets, 50, order, null);
    }
}
