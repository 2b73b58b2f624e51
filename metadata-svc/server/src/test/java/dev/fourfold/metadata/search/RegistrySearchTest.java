package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of the model registry: what it takes, and MLflow's words for what it does not. */
class RegistrySearchTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = 'm'",
                "name = \"m\"",
                "name like 'm%' AND name ILIKE 'M%'",
                "name != 'm'",
                "name IN ('a', 'b')",
                "name not in ('a')",
                "attribute.name = 'm'",
                "tags.k = 'v'",
                "tag.`k e y` != 'v'",
                "tags.\"k\" LIKE 'v'",
                "tags. = 'x'",
                "name = 'm' AND",
                "name = 'm' name = 'n'"
            })
    void filter_isTakenForBothKinds(String filter) {
        assertThat(models(filter, List.of())).contains("FROM registered_models");
        assertThat(versions(filter, List.of())).contains("FROM model_versions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name > 'a' | Invalid comparator for attribute: >",
                "name rlike 'a' | Invalid comparator for attribute: RLIKE",
                "tags.k > 'a' | Invalid comparator for tag: >",
                "tags.k IN ('a') | Expected a quoted string value for tag (e.g. 'my-value'). Got value ('a')",
                "tags.k = 1 | Expected a quoted string value for tag (e.g. 'my-value'). Got value 1",
                "name = m | Parameter value is either not quoted or unidentified quote types used for string value m."
                        + " Use either single or double quotes.",
                "attributes.name = 'm' | Invalid entity type 'attributes'. Valid entity types are ('attribute', 'tag',"
                        + " 'tags')",
                "params.x = 'y' | Invalid entity type 'params'. Valid entity types are ('attribute', 'tag', 'tags')",
                "name = 'a' OR name = 'b' | Invalid clause(s) in filter string: OR",
                "(name = 'a') | Invalid clause(s) in filter string: (name = 'a')",
                "name IN () | While parsing a list in the query, expected a non-empty list of string values, but got"
                        + " empty list",
                "tags.k IS NULL | IS NULL / IS NOT NULL is not supported in the model registry",
                "name IS NOT NULL | IS NULL / IS NOT NULL is not supported in the model registry"
            })
    void filter_isRefusedForBothKinds(String filter, String message) {
        refused(() -> models(filter, List.of()), message);
        refused(() -> versions(filter, List.of()), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name = 1 | Expected a quoted string value or a list of quoted string values for attributes. Got value 1",
                "run_id = 'x' | Invalid attribute key 'run_id' specified. Valid keys are '{'name'}'",
                "`name` = 'x' | Invalid attribute key '`name`' specified. Valid keys are '{'name'}'"
            })
    void filter_isRefusedForModels(String filter, String message) {
        refused(() -> models(filter, List.of()), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run_id IN ('a', 'b')",
                "source_path LIKE 's3://%'",
                "version_number = 1",
                "version_number != '1'",
                "version_number >= ' +1_0 '",
                "version_number < -99999999999999999999"
            })
    void filter_isTakenForVersions(String filter) {
        assertThat(versions(filter, List.of())).doesNotContain("99999").contains("?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name = 1 | Only the '{'creation_timestamp', 'last_updated_timestamp', 'version_number'}' attributes"
                        + " support comparison with numeric values.",
                "version_number = 1.5 | Invalid value for numeric attribute 'version_number': 1.5",
                "version_number = 'x' | Invalid value for numeric attribute 'version_number': 'x'",
                "version_number LIKE '1' | Invalid comparator for attribute version_number: LIKE",
                "version_number IN ('1') | Only ['name', 'run_id'] attributes support comparison with a list of quoted"
                        + " string values.",
                "source_path IN ('1') | Only ['name', 'run_id'] attributes support comparison with a list of quoted"
                        + " string values.",
                "creation_timestamp > 0 | Invalid attribute key 'creation_timestamp' specified. Valid keys are"
                        + " '{'name', 'run_id', 'source_path', 'version_number'}'"
            })
    void filter_isRefusedForVersions(String filter, String message) {
        refused(() -> versions(filter, List.of()), message);
    }

    @Test
    void order_ofModels() {
        assertThat(models(null, List.of())).endsWith("ORDER BY s.value0 LIMIT ?");
        assertThat(models(null, List.of("timestamp DESC"))).endsWith("ORDER BY s.value0 DESC, s.value1 LIMIT ?");
        assertThat(models(null, List.of("name desc", "last_updated_timestamp")))
                .endsWith("ORDER BY s.value0 DESC LIMIT ?");
        refused(
                () -> models(null, List.of("creation_timestamp")),
                "Invalid order by key 'creation_timestamp' specified. Valid keys are '{'name', 'timestamp'}'");
        refused(
                () -> models(null, List.of("timestamp", "last_updated_timestamp")),
                "`order_by` contains duplicate fields: ['timestamp', 'last_updated_timestamp']");
        refused(() -> models(null, List.of("name foo")), "Invalid ordering key in order_by clause 'name foo'.");
        refused(() -> models(null, List.of("")), "Invalid order_by clause ''. Could not be parsed.");
    }

    @Test
    void order_ofVersions() {
        assertThat(versions(null, List.of()))
                .endsWith("ORDER BY s.value0 DESC, s.value1, s.value2 DESC LIMIT ?")
                .contains("v.last_updated_time AS value0, m.name AS value1, v.version AS value2");
        assertThat(versions(null, List.of("attribute.creation_timestamp")))
                .endsWith("ORDER BY s.value0, s.value1, s.value2 DESC LIMIT ?");
        assertThat(versions(null, List.of("version_number", "name DESC")))
                .endsWith("ORDER BY s.value0, s.value1 DESC LIMIT ?");
        refused(
                () -> versions(null, List.of("run_id")),
                "Invalid attribute key 'run_id' specified. Valid keys are '{'creation_timestamp',"
                        + " 'last_updated_timestamp', 'name', 'version_number'}'");
        refused(
                () -> versions(null, List.of("tags.k")),
                "Invalid order by key 'k' specified. Valid keys are {'creation_timestamp', 'last_updated_timestamp',"
                        + " 'name', 'version_number'}");
        refused(
                () -> versions(null, List.of("name", "name")),
                "`order_by` contains duplicate fields: ['name', 'name']");
    }

    private static String models(@Nullable String filter, List<String> order) {
        return RegisteredModelSearch.compile(new RegisteredModelQuery(filter, order, 100, null))
                .sql();
    }

    private static String versions(@Nullable String filter, List<String> order) {
        return ModelVersionSearch.compile(new ModelVersionQuery(filter, order, 100, null))
                .sql();
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ProblemException.class).hasMessage(message);
    }
}
