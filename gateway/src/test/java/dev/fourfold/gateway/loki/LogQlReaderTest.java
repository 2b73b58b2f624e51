package dev.fourfold.gateway.loki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.loki.LogQl.Comparison;
import dev.fourfold.gateway.loki.LogQl.Counts;
import dev.fourfold.gateway.loki.LogQl.LineFilter;
import dev.fourfold.gateway.loki.LogQl.Lines;
import dev.fourfold.gateway.loki.LogQl.Matcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of LogQL, and what is refused. */
class LogQlReaderTest {

    @Test
    void selector_withFilters_isRead() {
        assertThat(
                        LogQlReader.read(
                                "{run_id=\"a\\n\\u00fc\", level!~`x\\d`} |= `b` or \"c\" != \"d\" |~\"e+\" !~ `f` | drop __error__, __error_details__ | phase=\"train\""))
                .isEqualTo(new Lines(
                        List.of(
                                new Matcher("run_id", Comparison.EQUAL, "a\nü", true),
                                new Matcher("level", Comparison.MATCHES_NOT, "x\\d", true),
                                new Matcher("phase", Comparison.EQUAL, "train", false)),
                        List.of(
                                new LineFilter(false, false, List.of("b", "c")),
                                new LineFilter(true, false, List.of("d")),
                                new LineFilter(false, true, List.of("e+")),
                                new LineFilter(true, true, List.of("f")))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (level, detected_level) (count_over_time({run_id=\"a\"} | drop __error__[90s]))",
                "sum(count_over_time({run_id=\"a\"}[1m30s])) by (level,detected_level)",
                "( sum by(level, detected_level)(count_over_time(({run_id=\"a\"})[1.5m])) )"
            })
    void sum_isReadInEachOfItsForms(String query) {
        assertThat(LogQlReader.read(query))
                .isEqualTo(new Counts(
                        new Lines(List.of(new Matcher("run_id", Comparison.EQUAL, "a", true)), List.of()),
                        90_000_000_000L,
                        true,
                        List.of("level", "detected_level")));
    }

    @Test
    void vectors_areAddedUp() {
        assertThat(LogQlReader.read("vector(1)+vector(1)")).isEqualTo(new LogQl.Constant(2));
        assertThat(LogQlReader.read(" vector( 0.5 ) ")).isEqualTo(new LogQl.Constant(0.5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "{run_id=\"a\"} | json; '| json'",
                "{run_id=\"a\"} | line_format \"{{.x}}\"; '| line_format'",
                "{run_id=\"a\"} | drop level; 'drop'",
                "{run_id=\"a\"} | rank > 3; a label's size",
                "{run_id=\"a\"} | rank = 3; anything but a text",
                "{run_id=\"a\"} | a=\"b\" or c=\"d\"; several parts",
                "{run_id=\"a\"} |= ip(\"1.2.3.4\"); ip()",
                "rate({run_id=\"a\"}[1m]); 'rate'",
                "topk(3, count_over_time({run_id=\"a\"}[1m])); 'topk'",
                "sum(rate({run_id=\"a\"}[1m])); a sum of anything but count_over_time",
                "sum without (level) (count_over_time({run_id=\"a\"}[1m])); 'without'",
                "count_over_time({run_id=\"a\"}[1m] offset 5m); 'offset'",
                "count_over_time({run_id=\"a\"}[1m]) > 3; arithmetic and comparison",
                "vector(1)+count_over_time({run_id=\"a\"}[1m]); a vector and anything else"
            })
    void word_thatIsNotOffered_isNamed(String query, String name) {
        assertThatThrownBy(() -> LogQlReader.read(query))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("is not offered here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}x",
                "{run_id}",
                "{run_id=}",
                "{run_id=\"a",
                "{run_id=\"\\q\"}",
                "{run_id=\"\\u12\"}",
                "{run_id=\"\\Uffffffff\"}",
                "{run_id==\"a\"}",
                "{=\"a\"}",
                "{run_id=\"a\",}",
                "{run_id=\"a\"} |=",
                "count_over_time({run_id=\"a\"})",
                "count_over_time({run_id=\"a\"}[])",
                "count_over_time({run_id=\"a\"}[0s])",
                "count_over_time({run_id=\"a\"}[5])",
                "count_over_time({run_id=\"a\"}[999999999999y])",
                "sum by (count_over_time({run_id=\"a\"}[1m]))",
                "vector(x)",
                "((((((((((((((((((((((({run_id=\"a\"})))))))))))))))))))))))"
            })
    void text_thatIsNoQuery_isRefused(String query) {
        assertThatThrownBy(() -> LogQlReader.read(query))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("character ");
    }

    @Test
    void query_thatIsTooLong_isRefused() {
        assertThatThrownBy(() -> LogQlReader.read("(".repeat(10_001))).isInstanceOf(ProblemException.class);
    }
}
