package dev.fourfold.metadata.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void whatPostgresCannotKeep_isNotStorable() {
        assertThat(Texts.isStorable("")).isTrue();
        assertThat(Texts.isStorable("a😀\r\n\u202e")).isTrue();
        assertThat(Texts.isStorable("a\u0000")).isFalse();
        assertThat(Texts.isStorable("\ud83d")).isFalse();
        assertThat(Texts.isStorable("\ude00")).isFalse();
        assertThat(Texts.isStorable("\ud83dx")).isFalse();
        assertThat(Texts.isStorable("\ude00\ud83d")).isFalse();
    }

    @Test
    void lengths_countCodePoints() {
        var five = "😀".repeat(5);
        assertThat(Texts.cut(5, five)).isEqualTo(five);
        assertThat(Texts.cut(3, five)).isEqualTo("😀".repeat(3));
        assertThat(Texts.atMost(5, "x", five)).isEqualTo(five);
        assertThatThrownBy(() -> Texts.atMost(4, "x", five))
                .isInstanceOf(ProblemException.class)
                .hasMessage("'x' exceeds the maximum length of 4 characters");
    }
}
