package dev.fourfold.metadata.text;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "é:/ .-_", "日本", "a/b/c", "a..b", ".a", " ", "½", "val/loss epoch 1:x", "𝒳"})
    void goodKey_passes(String key) {
        assertThatCode(() -> Keys.check("key", key)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "a//b, a/b",
        "., .",
        ".., ..",
        "../x, ../x",
        "/a, /a",
        "//a, //a",
        "///a, /a",
        "a/, a",
        "a/./b, a/b",
        "a/../b, b",
        "a/.., .",
        "/.., /",
        "../../x, ../../x",
        "./a, a",
        "a/b/../../.., ..",
        "..a, ..a",
        "..., ..."
    })
    void pathLikeKey_isRefused_withWhatItResolvesTo(String key, String resolved) {
        assertThatThrownBy(() -> Keys.check("key", key))
                .isInstanceOf(ProblemException.class)
                .hasMessageEndingWith("This name would resolve to '" + resolved + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\b",
                "a#b",
                "a\nb",
                "a\n",
                "a\rb",
                "a\u0000b",
                "a%b",
                "a,b",
                "a'b",
                "a\ud800",
                "\u0301",
                "a\u200eb"
            })
    void keyOfOtherCharacters_isRefused(String key) {
        assertThatThrownBy(() -> Keys.check("key", key))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Names may only contain alphanumerics");
    }
}
