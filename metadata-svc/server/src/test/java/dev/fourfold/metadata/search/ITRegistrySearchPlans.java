package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of clause and of order in the model registry that an index can answer is answered from one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITRegistrySearchPlans {

    private Connection connection;

    @BeforeAll
    void seed() throws SQLException {
        connection = SearchDatabase.create();
        for (var statement : List.of(
                "INSERT INTO registered_models (name, last_version, creation_time, last_updated_time)"
                        + " SELECT 'model ' || g, 20, g, g * 7919 % 100003 FROM generate_series(1, 2000) g",
                "INSERT INTO registered_model_tags SELECT registered_pk, 'team', 'team ' || registered_pk % 500"
                        + " FROM registered_models",
                "INSERT INTO registered_model_tags SELECT registered_pk, 'mlflow.prompt.is_prompt', 'true'"
                        + " FROM registered_models WHERE registered_pk % 50 = 0",
                """
                INSERT INTO model_versions (registered_pk, version, stage, source, storage_location, run_id, run_link,
                    creation_time, last_updated_time)
                SELECT registered_pk, v, CASE WHEN v = 20 THEN 'PRODUCTION' ELSE 'NONE' END,
                    's3://b/' || registered_pk || '/' || v, '', 'run ' || registered_pk * 20 + v, '',
                    registered_pk * 20 + v, registered_pk * v * 7919 % 1000003
                FROM registered_models, generate_series(1, 20) v""",
                "INSERT INTO model_version_tags SELECT version_pk, 'n', 'n ' || version_pk % 5000 FROM model_versions",
                "INSERT INTO model_version_tags SELECT version_pk, 'mlflow.prompt.is_prompt', 'true'"
                        + " FROM model_versions WHERE registered_pk % 50 = 0",
                "VACUUM ANALYZE")) {
            SearchDatabase.execute(connection, statement);
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "|",
                "| name DESC",
                "| last_updated_timestamp",
                "| timestamp DESC",
                "name = 'model 7'|",
                "name IN ('model 7', 'model 8')|",
                "name LIKE 'model 7%'|",
                "tags.team = 'team 7'|",
                "tags.team = 'team 7' AND name != 'model 7'|",
                "tags.`mlflow.prompt.is_prompt` = 'true'|"
            })
    void models_areFoundByIndex(@Nullable String filter, @Nullable String order) throws SQLException {
        var orderBy = order == null ? List.<String>of() : List.of(order);
        var first = RegisteredModelSearch.compile(new RegisteredModelQuery(filter, orderBy, 50, null));
        check(first);
        var token = SearchDatabase.run(connection, first).nextPageToken();
        if (token != null) {
            check(RegisteredModelSearch.compile(new RegisteredModelQuery(filter, orderBy, 50, token)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "|",
                "| last_updated_timestamp",
                "| creation_timestamp DESC",
                "| version_number",
                "| name",
                "name = 'model 7'|",
                "name = 'model 7'| version_number DESC",
                "name IN ('model 7', 'model 8')|",
                "run_id = 'run 7000'|",
                "run_id IN ('run 7000', 'run 7001')|",
                "source_path = 's3://b/7/7'|",
                "name = 'model 7' AND version_number > 7|",
                "tags.n = 'n 7'|",
                "name = 'model 7' AND tags.n != 'n 7'|"
            })
    void versions_areFoundByIndex(@Nullable String filter, @Nullable String order) throws SQLException {
        var orderBy = order == null ? List.<String>of() : List.of(order);
        var first = ModelVersionSearch.compile(new ModelVersionQuery(filter, orderBy, 50, null));
        check(first);
        var token = SearchDatabase.run(connection, first).nextPageToken();
        if (token != null) {
            check(ModelVersionSearch.compile(new ModelVersionQuery(filter, orderBy, 50, token)));
        }
    }

    private void check(PagedQuery query) throws SQLException {
        assertThat(SearchDatabase.plan(connection, query, true)).doesNotContain("Seq Scan on model_version");
        assertThat(SearchDatabase.plan(connection, query, true)).doesNotContain("Seq Scan on registered_model");
    }
}
