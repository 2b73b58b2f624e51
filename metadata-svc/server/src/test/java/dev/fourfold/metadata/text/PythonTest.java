package dev.fourfold.metadata.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTest {

    /** Pairs as Python 3.11 prints them. */
    @ParameterizedTest
    @CsvSource({
        "1, 1.0",
        "0.1, 0.1",
        "-2.5, -2.5",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "123456789012345680, 1.2345678901234568e+17",
        "1e308, 1e+308",
        "5e-324, 5e-324",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "1.5e-7, 1.5e-07",
        "-1e22, -1e+22",
        "0, 0.0",
        "-0.0, -0.0",
        "NaN, nan",
        "Infinity, inf",
        "-Infinity, -inf"
    })
    void number_isPrintedAsPythonPrintsIt(double value, String printed) {
        assertThat(Python.number(value)).isEqualTo(printed);
    }

    @Test
    void text_isQuotedAsPythonQuotesIt() {
        assertThat(Python.literal("a")).isEqualTo("'a'");
        assertThat(Python.literal("it's")).isEqualTo("\"it's\"");
        assertThat(Python.literal("it's \"x\"")).isEqualTo("'it\\'s \"x\"'");
        assertThat(Python.literal("\n\t\\\u0000\u00a0é日😀")).isEqualTo("'\\n\\t\\\\\\x00\\xa0é日😀'");
        assertThat(Python.literal("\u2028\ud800")).isEqualTo("'\\u2028\\ud800'");
        assertThat(Python.literal(List.of("a", "b'"))).isEqualTo("['a', \"b'\"]");
    }

    @Test
    void json_isAscii() {
        assertThat(Python.json("a\"\\\n\u0001é😀\u007f"))
                .isEqualTo("\"a\\\"\\\\\\n\\u0001\\u00e9\\ud83d\\ude00\\u007f\"");
    }
}
