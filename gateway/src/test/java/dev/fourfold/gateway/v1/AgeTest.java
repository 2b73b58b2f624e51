package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgeTest {

    @ParameterizedTest
    @CsvSource({
        "0s,0",
        "1.5s,1500",
        "30d,2592000000",
        "2d8h5m20s,201920000",
        "2m4s,124000",
        "0.0001s,1",
        "999999999d,86399999913600000"
    })
    void age_isRead(String text, long millis) {
        assertThat(Age.millis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "d", "-1d", "1s1d", "1w", " 1d", "1e3s", "9999999999d"})
    void otherForms_areRefused(String text) {
        assertThatThrownBy(() -> Age.millis(text)).isInstanceOf(ProblemException.class);
    }
}
