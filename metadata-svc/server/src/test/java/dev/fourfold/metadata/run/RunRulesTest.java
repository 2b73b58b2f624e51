package dev.fourfold.metadata.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.Tag;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages as measured on MLflow 3.17.2. */
class RunRulesTest {

    private static final String RUN = "0".repeat(32);

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        RunChanges.of(Metric.of("q", 1, -1, 0)),
                        "Invalid value -1 for parameter 'timestamp' supplied: metric 'q' (value=1.0). Timestamp must be a"
                                + " nonnegative long (64-bit integer) "),
                Arguments.of(
                        batch(List.of(Metric.of("b", 1, -1, 0)), List.of(), List.of()),
                        "Invalid value -1 for parameter 'metrics[0].timestamp' supplied: metric 'b' (value=1.0). Timestamp"
                                + " must be a nonnegative long (64-bit integer) "),
                Arguments.of(
                        RunChanges.of(Metric.of("a//b", 1, 1, 0)),
                        "Invalid value \"a//b\" for parameter 'name' supplied: Names may be treated as files in certain"
                                + " cases, and must not resolve to other names when treated as such. This name would"
                                + " resolve to 'a/b'"),
                Arguments.of(
                        batch(List.of(Metric.of("ok", 1, 1, 0), Metric.of("../x", 1, 1, 0)), List.of(), List.of()),
                        "Invalid value \"../x\" for parameter 'metrics[1].name' supplied: Names may be treated as files in"
                                + " certain cases, and must not resolve to other names when treated as such. This name"
                                + " would resolve to '../x'"),
                Arguments.of(
                        RunChanges.of(Metric.of("k".repeat(251), 1, 1, 0)),
                        "'Metric name' exceeds the maximum length of 250 characters"),
                Arguments.of(
                        RunChanges.of(new Param("é :/", "1")),
                        "Invalid value \"\\u00e9 :/\" for parameter 'key' supplied: Names may be treated as files in certain"
                                + " cases, and must not resolve to other names when treated as such. This name would"
                                + " resolve to 'é :'"),
                Arguments.of(
                        RunChanges.of(new Param("k".repeat(251), "1")),
                        "'Param key' exceeds the maximum length of 250 characters"),
                Arguments.of(
                        RunChanges.of(new Tag("k".repeat(251), "1")),
                        "'key' exceeds the maximum length of 250 characters"),
                Arguments.of(
                        batch(List.of(), List.of(), List.of(new Tag("k".repeat(251), "1"))),
                        "'tags[0].key' exceeds the maximum length of 250 characters"),
                Arguments.of(
                        batch(List.of(), List.of(), List.of(new Tag("", "1"))),
                        "Missing value for required parameter 'tags[0].key'. See the API docs for more information about"
                                + " request parameters."),
                Arguments.of(
                        batch(List.of(), List.of(new Param("d", "1"), new Param("d", "1")), List.of()),
                        "Duplicate parameter keys have been submitted: ['d']. Please ensure the request contains only one"
                                + " param value per param key."),
                Arguments.of(
                        batch(Collections.nCopies(1001, Metric.of("m", 1, 1, 1)), List.of(), List.of()),
                        "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up"
                                + " metrics across multiple requests and try again."),
                Arguments.of(
                        batch(List.of(), params(101), List.of()),
                        "A batch logging request can contain at most 100 params. Got 101 params. Please split up params"
                                + " across multiple requests and try again."),
                Arguments.of(
                        batch(List.of(), List.of(), Collections.nCopies(101, new Tag("t", ""))),
                        "A batch logging request can contain at most 100 tags. Got 101 tags. Please split up tags across"
                                + " multiple requests and try again."),
                Arguments.of(
                        batch(Collections.nCopies(950, Metric.of("m", 1, 1, 1)), params(51), List.of()),
                        "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics,"
                                + " params, and tags. Please split up metrics, params, and tags across multiple requests"
                                + " and try again."),
                Arguments.of(
                        RunChanges.of(new Tag("k", "nul\u0000")),
                        "Invalid value for parameter 'value' supplied: it must not contain the character NUL or half of a"
                                + " surrogate pair."));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void badChanges_areRefusedInMlflowsWords(RunChanges changes, String message) {
        assertThatThrownBy(() -> RunRules.checked(RUN, changes))
                .isInstanceOf(ProblemException.class)
                .hasMessage(message);
    }

    @Test
    void limits_mayBeReached() {
        var full = batch(Collections.nCopies(850, Metric.of("m", 1, 0, Long.MIN_VALUE)), params(100), tags(50));
        assertThat(RunRules.checked(RUN, full)).isEqualTo(full);
    }

    @Test
    void runIds_areThoseThatMlflowTakes() {
        assertThat(List.of("a", "0-_", RUN, "a".repeat(256))).allMatch(RunRules::isRunId);
        assertThat(List.of("", "-a", "_a", "a b", "a/b", "a.b", "é", "a\n", "a".repeat(257)))
                .noneMatch(RunRules::isRunId);
    }

    private static RunChanges batch(List<Metric> metrics, List<Param> params, List<Tag> tags) {
        return RunChanges.batch(metrics, params, tags);
    }

    private static List<Param> params(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Param("p" + i, "1")).toList();
    }

    private static List<Tag> tags(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Tag("t" + i, "1")).toList();
    }
}
