package dev.fourfold.contract.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceSecretTest {

    private static final String ONE = "1".repeat(32);
    private static final String OTHER = "2".repeat(40);

    @Test
    void secret_isSentAndAccepted_others_areAccepted() {
        var secret = new ServiceSecret(ONE + "\n", " " + OTHER + ",");
        assertThat(secret.sent()).isEqualTo(ONE);
        assertThat(secret.accepts(ONE)).isTrue();
        assertThat(secret.accepts(OTHER)).isTrue();
        assertThat(secret.accepts(ONE + OTHER)).isFalse();
        assertThat(secret.accepts("")).isFalse();
        assertThat(secret.accepts(null)).isFalse();
        assertThat(secret.toString()).doesNotContain(ONE).doesNotContain(OTHER);
    }

    @Test
    void none_acceptsNothing() {
        var none = new ServiceSecret(" ", null);
        assertThat(none.known()).isFalse();
        assertThat(none.sent()).isNull();
        assertThat(none.accepts("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "0123456789012345678901234567890 ", "ü123456789012345678901234567890123456789"})
    void oneThatAnybodyGuesses_orNoHeaderHolds_isRefusedWithoutNamingIt(String given) {
        assertThatThrownBy(() -> new ServiceSecret(given, null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("fourfold.service.secret")
                .hasMessageNotContaining(given.strip());
    }

    @Test
    void othersWithoutOne_areRefused() {
        assertThatThrownBy(() -> new ServiceSecret("", OTHER)).isInstanceOf(ConfigurationException.class);
    }
}
