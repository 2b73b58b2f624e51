package dev.fourfold.metadata.search;

import static dev.fourfold.metadata.search.SearchDatabase.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metadata.search.SearchCases.ExperimentCase;
import dev.fourfold.metadata.search.SearchCases.Outcome;
import dev.fourfold.metadata.search.SearchCases.RunCase;
import io.micronaut.json.tree.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded search finds on PostgreSQL what it found with MLflow, in the same order, in one page and in many. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITMlflowSearch {

    private static final int SMALL_PAGE = 7;

    private final Map<Long, Integer> runIndexes = new HashMap<>();
    private Connection connection;

    @BeforeAll
    void seed() throws SQLException {
        connection = SearchDatabase.create();
        execute(connection, "DELETE FROM experiments");
        for (var experiment : SearchCases.MLFLOW.experiments()) {
            seedExperiment(experiment);
        }
        for (int i = 0; i < SearchCases.MLFLOW.runs().size(); i++) {
            runIndexes.put(seedRun(SearchCases.MLFLOW.runs().get(i)), i);
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    static Stream<RunCase> runs() {
        return SearchCases.MLFLOW.runCases().stream().filter(example -> example.outcome() instanceof Outcome.Found);
    }

    static Stream<ExperimentCase> experiments() {
        return SearchCases.MLFLOW.experimentCases().stream()
                .filter(example -> example.outcome() instanceof Outcome.Found);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void run_search_finds_what_mlflow_finds(RunCase example) throws SQLException {
        var expected = ((Outcome.Found) example.outcome()).ids();
        assertThat(allRuns(example.query(), 1000)).isEqualTo(expected);
        assertThat(allRuns(example.query(), SMALL_PAGE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void experiment_search_finds_what_mlflow_finds(ExperimentCase example) throws SQLException {
        var expected = ((Outcome.Found) example.outcome()).ids();
        assertThat(allExperiments(example.query(), 1000)).isEqualTo(expected);
        assertThat(allExperiments(example.query(), 2)).isEqualTo(expected);
    }

    @Test
    void pages_stay_stable_while_runs_are_added() throws SQLException {
        connection.setAutoCommit(false);
        try {
            var order = List.of("metrics.acc DESC", "params.lr");
            var expected = allRuns(query(order, 1000, null), 1000);
            var found = new ArrayList<Integer>();
            String token = null;
            int added = 0;
            do {
                var page = SearchDatabase.run(connection, RunSearch.compile(query(order, SMALL_PAGE, token)));
                page.keys().forEach(key -> found.add(runIndexes.getOrDefault(key, -1)));
                token = page.nextPageToken();
                execute(connection, """
                        WITH run AS (INSERT INTO runs (run_id, experiment_id, run_name, user_id, status, start_time, artifact_uri)
                            VALUES (?, 1, 'new', '', 'RUNNING', 9, '') RETURNING run_pk)
                        INSERT INTO latest_metrics SELECT run_pk, 'acc', 'Infinity', false, 0, 0 FROM run""", "added-" + added++);
            } while (token != null);
            assertThat(found).isEqualTo(expected);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void hostile_text_is_data() throws SQLException {
        for (var text : List.of("'; DROP TABLE runs; --", "$1", "?", "a\\b", "%", "\u2028", "\ud83d\ude00")) {
            var filter = "params.`" + text.replace("`", "") + "` = \"" + text + "\" AND tags.x != \"" + text + "\"";
            var query = new RunQuery(List.of("1"), filter, ViewType.ALL, 10, List.of("tags.`" + text + "`"), null);
            assertThat(SearchDatabase.run(connection, RunSearch.compile(query)).keys())
                    .isEmpty();
        }
        assertThat(allRuns(query(List.of(), 1000, null), 1000)).hasSizeGreaterThan(100);
    }

    @Test
    void token_of_another_query_is_refused() throws SQLException {
        var page = SearchDatabase.run(connection, RunSearch.compile(query(List.of("end_time"), SMALL_PAGE, null)));
        var token = page.nextPageToken();
        assertThat(token).isNotNull();
        assertThatThrownBy(() -> RunSearch.compile(query(List.of("end_time DESC"), SMALL_PAGE, token)))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("Invalid page token");
        RunSearch.compile(query(List.of("end_time"), SMALL_PAGE + 1, token));
    }

    private static RunQuery query(List<String> order, int maxResults, @Nullable String token) {
        return new RunQuery(List.of("1", "2"), null, ViewType.ACTIVE_ONLY, maxResults, order, token);
    }

    private List<Integer> allRuns(RunQuery query, int pageSize) throws SQLException {
        var found = new ArrayList<Integer>();
        String token = null;
        do {
            var page = SearchDatabase.run(
                    connection,
                    RunSearch.compile(new RunQuery(
                            query.experimentIds(),
                            query.filter(),
                            query.viewType(),
                            pageSize,
                            query.orderBy(),
                            token)));
            page.keys().forEach(key -> found.add(runIndexes.get(key)));
            token = page.nextPageToken();
        } while (token != null);
        return found;
    }

    private List<Integer> allExperiments(ExperimentQuery query, int pageSize) throws SQLException {
        var found = new ArrayList<Integer>();
        String token = null;
        do {
            var page = SearchDatabase.run(
                    connection,
                    ExperimentSearch.compile(
                            new ExperimentQuery(query.filter(), query.orderBy(), query.viewType(), pageSize, token)));
            page.keys().forEach(key -> found.add(key.intValue()));
            token = page.nextPageToken();
        } while (token != null);
        return found;
    }

    private void seedExperiment(JsonNode experiment) throws SQLException {
        long id = experiment.get("id").getLongValue();
        execute(
                connection,
                "INSERT INTO experiments VALUES (?, ?, '', ?, ?, ?)",
                id,
                SearchCases.text(experiment, "name"),
                experiment.get("deleted").getBooleanValue(),
                experiment.get("creation").getLongValue(),
                experiment.get("update").getLongValue());
        for (var tag : experiment.get("tags").values()) {
            execute(
                    connection,
                    "INSERT INTO experiment_tags VALUES (?, ?, ?)",
                    id,
                    tag.get(0).getStringValue(),
                    tag.get(1).getStringValue());
        }
    }

    private long seedRun(JsonNode run) throws SQLException {
        long pk;
        try (var insert = connection.prepareStatement("""
                INSERT INTO runs (run_id, experiment_id, run_name, user_id, status, start_time, end_time, artifact_uri, deleted)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING run_pk""")) {
            insert.setString(1, SearchCases.text(run, "id"));
            insert.setLong(2, run.get("experiment").getLongValue());
            insert.setString(3, SearchCases.text(run, "name"));
            insert.setString(4, SearchCases.text(run, "user"));
            insert.setString(5, SearchCases.text(run, "status"));
            insert.setLong(6, run.get("start").getLongValue());
            insert.setObject(7, run.get("end").isNull() ? null : run.get("end").getLongValue());
            insert.setString(8, SearchCases.text(run, "artifact"));
            insert.setBoolean(9, run.get("deleted").getBooleanValue());
            try (var row = insert.executeQuery()) {
                row.next();
                pk = row.getLong(1);
            }
        }
        execute(connection, "INSERT INTO run_tags VALUES (?, 'mlflow.runName', ?)", pk, SearchCases.text(run, "name"));
        for (var metric : run.get("metrics").entries()) {
            var value = metric.getValue();
            double number = value.isString() ? Double.parseDouble(value.getStringValue()) : value.getDoubleValue();
            execute(
                    connection,
                    "INSERT INTO latest_metrics VALUES (?, ?, ?, ?, 1, 0)",
                    pk,
                    metric.getKey(),
                    Double.isNaN(number) ? 0.0 : number,
                    Double.isNaN(number));
        }
        for (var param : run.get("params").entries()) {
            execute(
                    connection,
                    "INSERT INTO params VALUES (?, ?, ?)",
                    pk,
                    param.getKey(),
                    param.getValue().getStringValue());
        }
        for (var tag : run.get("tags").entries()) {
            execute(
                    connection,
                    "INSERT INTO run_tags VALUES (?, ?, ?)",
                    pk,
                    tag.getKey(),
                    tag.getValue().getStringValue());
        }
        for (var input : run.get("inputs").values()) {
            seedInput(pk, run.get("experiment").getLongValue(), input);
        }
        return pk;
    }

    private void seedInput(long pk, long experimentId, JsonNode input) throws SQLException {
        var name = SearchCases.text(input, "name");
        var digest = SearchCases.text(input, "digest");
        execute(connection, """
                INSERT INTO datasets (experiment_id, name, digest, source_type, source) VALUES (?, ?, ?, 'local', 'src')
                ON CONFLICT DO NOTHING""", experimentId, name, digest);
        execute(connection, """
                INSERT INTO inputs SELECT ?, dataset_pk FROM datasets
                WHERE experiment_id = ? AND name = ? AND digest = ?""", pk, experimentId, name, digest);
        if (!input.get("context").isNull()) {
            execute(connection, """
                    INSERT INTO input_tags SELECT ?, dataset_pk, 'mlflow.data.context', ? FROM datasets
                    WHERE experiment_id = ? AND name = ? AND digest = ?""", pk, SearchCases.text(input, "context"), experimentId, name, digest);
        }
    }
}
