package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetentionClassTest {

    @Test
    void retention_isRead() {
        assertThat(new RetentionClass("a", "36h").kept()).isEqualTo(Duration.ofHours(36));
        assertThat(new RetentionClass("default", "30d").kept()).isEqualTo(Duration.ofDays(30));
        assertThat(new RetentionClass("b-2", "52w").kept()).isEqualTo(Duration.ofDays(364));
        assertThat(new RetentionClass("a", "1h").ends()).isTrue();
        assertThat(new RetentionClass("a", "0").ends()).isFalse();
    }

    @Test
    void whatCannotBe_isRefused() {
        for (String name : new String[] {"", "Short", "a_b", "1a", "system"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass(name, "30d"));
        }
        for (String retention : new String[] {"", "0d", "30", "5y", "-1d", "10m"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass("a", retention));
        }
    }
}
