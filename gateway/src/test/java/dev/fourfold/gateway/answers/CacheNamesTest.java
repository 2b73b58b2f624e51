package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheNamesTest {

    @Test
    void plainNames_areThemselves() {
        for (String name : List.of("run:1", "experiment-name:é 😀", "x".repeat(900))) {
            assertThat(CacheNames.of(name)).isEqualTo(name);
        }
    }

    @Test
    void namesInAQuery_stayOne() {
        assertThat(CacheNames.of("registered-model:a,b")).doesNotContain(",");
        assertThat(CacheNames.of("registered-model:a,b")).isNotEqualTo(CacheNames.of("registered-model:a"));
    }

    @Test
    void otherNames_areToldApart_inUtf8Too() {
        var names = List.of(
                "a?",
                "a\ud800",
                "a\ud801",
                "a\udc00",
                "a\ud800b",
                "a\udc00\ud800",
                "a\ud800\u0001",
                "a\udc00\u0001",
                "a?\u0001",
                "a\n",
                "x".repeat(901),
                "x".repeat(902));
        assertThat(CacheNames.of(names).stream()
                        .map(name -> new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)))
                .doesNotHaveDuplicates();
    }
}
