package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.RunQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every kind of clause and of order is answered from indexes: the planner never reads a whole table, of 100,000 runs
 * with 50 metrics each unless {@code -Dfourfold.search.runs} and {@code -Dfourfold.search.metrics} say otherwise.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITSearchPlans {

    private static final Logger LOG = LoggerFactory.getLogger(ITSearchPlans.class);
    private static final int RUNS = Integer.getInteger("fourfold.search.runs", 100_000);
    private static final int METRICS = Integer.getInteger("fourfold.search.metrics", 50);

    private Connection connection;

    @BeforeAll
    void seed() throws SQLException {
        connection = SearchDatabase.create();
        for (var statement : List.of(
                "INSERT INTO experiments (experiment_id, name, artifact_location, creation_time, last_update_time)"
                        + " SELECT g, 'experiment ' || g, '', g, g FROM generate_series(1, 2000) g",
                "INSERT INTO experiment_tags SELECT g, 'team', 'team ' || g % 20 FROM generate_series(1, 2000) g",
                // Half of the runs are in one experiment, the others in eighteen.
                """
                INSERT INTO runs (run_id, experiment_id, run_name, user_id, status, start_time, end_time, artifact_uri, deleted)
                SELECT md5(g::text), CASE WHEN g %% 2 = 0 THEN 1 ELSE 2 + g / 2 %% 18 END, 'run-' || g %% 1000,
                    'user ' || g %% 10, CASE WHEN g %% 50 = 0 THEN 'FAILED' ELSE 'FINISHED' END,
                    1700000000000 + g * 7919 %% 1000003, 1800000000000 + g, 'mlflow-artifacts:/' || g, g %% 100 = 0
                FROM generate_series(1, %d) g""".formatted(RUNS),
                "INSERT INTO latest_metrics SELECT run_pk, 'm' || m, sin(run_pk * m), run_pk % 97 = 0, 1, 1"
                        + " FROM runs CROSS JOIN generate_series(1, " + METRICS + ") m",
                "INSERT INTO params SELECT run_pk, 'p' || p, (run_pk * 31 % (10 ^ p)::int)::text"
                        + " FROM runs CROSS JOIN generate_series(1, 5) p",
                "INSERT INTO params SELECT run_pk, 'long', repeat('x', 3000) || run_pk FROM runs WHERE run_pk % 100 = 0",
                """
                INSERT INTO run_tags SELECT run_pk, t.key, t.value FROM runs, LATERAL (VALUES
                    ('mlflow.runName', run_name), ('mlflow.user', user_id), ('mlflow.source.type', 'LOCAL'),
                    ('candidate', CASE WHEN run_pk % 1000 = 0 THEN 'yes' ELSE 'no' END)) t(key, value)""",
                "INSERT INTO datasets (experiment_id, name, digest, source_type, source)"
                        + " SELECT e, 'data ' || g, 'd' || g, 'local', '' FROM generate_series(1, 19) e, generate_series(1, 200) g",
                "INSERT INTO inputs SELECT run_pk, dataset_pk FROM runs r JOIN datasets d"
                        + " ON d.experiment_id = r.experiment_id AND d.name = 'data ' || (1 + run_pk % 200)",
                "INSERT INTO input_tags SELECT run_pk, dataset_pk, 'mlflow.data.context',"
                        + " CASE WHEN run_pk % 3 = 0 THEN 'eval' ELSE 'train' END FROM inputs",
                "VACUUM ANALYZE")) {
            SearchDatabase.execute(connection, statement);
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    static Stream<RunQuery> runQueries() {
        var large = List.of("1");
        var small = List.of("2");
        var several = List.of("2", "3");
        var filters = Stream.of(
                        "",
                        "metrics.m1 > 0.5",
                        "metrics.m1 > 0.99999",
                        "metrics.m1 != 0 AND metrics.m2 < 0.1 AND metrics.m3 >= -0.9",
                        "metrics.unknown = 1",
                        "params.p1 = '3'",
                        "params.p5 = '31'",
                        "params.p3 != '7'",
                        "params.p4 LIKE '12%'",
                        "params.p4 ILIKE '%99%'",
                        "params.long IS NOT NULL",
                        "params.p1 IS NULL",
                        "params.unknown = 'x'",
                        "tags.candidate = 'yes'",
                        "tags.candidate = 'no'",
                        "tags.`mlflow.source.type` = 'LOCAL'",
                        "tags.candidate != 'no'",
                        "tags.candidate LIKE 'y%'",
                        "tags.candidate IS NULL",
                        "run_name = 'run-7'",
                        "run_name LIKE 'run-7%'",
                        "status = 'FAILED'",
                        "status != 'FINISHED'",
                        "user_id LIKE '%9'",
                        "start_time > 1700000900000",
                        "end_time <= 1800000000100",
                        "artifact_uri = 'mlflow-artifacts:/7'",
                        "run_id = 'c81e728d9d4c2f636f067f89cc14862c'",
                        "run_id IN ('c81e728d9d4c2f636f067f89cc14862c', 'a87ff679a2f3e71d9181a67b7542122c')",
                        "run_id NOT IN ('c81e728d9d4c2f636f067f89cc14862c')",
                        "run_id LIKE 'c81e%'",
                        "datasets.name = 'data 7'",
                        "datasets.digest != 'd7'",
                        "datasets.name IN ('data 7', 'data 8')",
                        "datasets.context = 'eval'",
                        "tags.candidate = 'yes' AND params.p1 = '3' AND metrics.m1 > 0 AND status = 'FINISHED'")
                .toList();
        var orders = List.of(
                List.of("metrics.m1 DESC"),
                List.of("metrics.m1", "params.p2 DESC"),
                List.of("params.p5"),
                List.of("tags.candidate"),
                List.of("start_time"),
                List.of("end_time DESC"),
                List.of("run_name"),
                List.of("run_id"));
        return Stream.of(
                        filters.stream().map(filter -> query(large, filter, List.of(), ViewType.ACTIVE_ONLY)),
                        filters.stream().map(filter -> query(small, filter, List.of(), ViewType.ACTIVE_ONLY)),
                        filters.stream().map(filter -> query(several, filter, List.of(), ViewType.ALL)),
                        orders.stream().map(order -> query(large, "", order, ViewType.ACTIVE_ONLY)),
                        orders.stream().map(order -> query(small, "", order, ViewType.ACTIVE_ONLY)),
                        orders.stream().map(order -> query(several, "metrics.m2 > 0", order, ViewType.ALL)))
                .flatMap(queries -> queries);
    }

    static Stream<ExperimentQuery> experimentQueries() {
        return Stream.of(
                        "",
                        "tags.team = 'team 7'",
                        "tags.team != 'team 7'",
                        "tags.team LIKE '%9'",
                        "tags.team IS NULL",
                        "experiment_id IN ('7', '8')",
                        "name = 'experiment 7'")
                .map(filter -> new ExperimentQuery(filter, List.of(), ViewType.ACTIVE_ONLY, 100, null));
    }

    @ParameterizedTest
    @MethodSource("runQueries")
    void run_search_reads_no_whole_table(RunQuery query) throws SQLException {
        boolean halfOfAll = query.experimentIds().contains("1");
        check(query.toString(), RunSearch.compile(query), halfOfAll);
        var first = SearchDatabase.run(connection, RunSearch.compile(query)).nextPageToken();
        if (first != null) {
            check(
                    "next page of " + query,
                    RunSearch.compile(new RunQuery(
                            query.experimentIds(), query.filter(), query.viewType(), 100, query.orderBy(), first)),
                    halfOfAll);
        }
    }

    @ParameterizedTest
    @MethodSource("experimentQueries")
    void experiment_search_reads_no_whole_table_of_tags(ExperimentQuery query) throws SQLException {
        var plan = SearchDatabase.plan(connection, ExperimentSearch.compile(query), false);
        assertThat(plan).doesNotContain("Seq Scan on experiment_tags");
    }

    /** Where half of all runs are asked for, reading all rows of the table of runs itself is the better way. */
    private void check(String name, PagedQuery query, boolean halfOfAll) throws SQLException {
        long start = System.nanoTime();
        var plan = SearchDatabase.plan(connection, query, true);
        LOG.info("event=search-planned millis={} query=\"{}\"", (System.nanoTime() - start) / 1_000_000, name);
        assertThat(halfOfAll ? plan.replace("Seq Scan on runs r", "") : plan)
                .as(name)
                .doesNotContain("Seq Scan");
    }

    private static RunQuery query(List<String> experiments, String filter, List<String> order, ViewType view) {
        return new RunQuery(experiments, filter, view, 100, order, null);
    }
}
