package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuessesTest {

    private final Guesses guesses = new Guesses();

    @Test
    void aUser_hasTenWrongOnesAtOnce_fromWhereverTheyCome() {
        for (int i = 0; i < 10; i++) {
            guesses.begin("ann", "10.0.0." + i);
        }
        assertRefused(() -> guesses.begin("ann", "10.0.0.99"));
        assertRefused(() -> guesses.begin("ann", null));
        guesses.begin("bob", "10.0.0.1");
    }

    @Test
    void anAddress_hasThirtyForAllUsers_andNoAddressAnyNumber() {
        for (int i = 0; i < 30; i++) {
            guesses.begin("user-" + i, "10.0.0.1");
        }
        assertRefused(() -> guesses.begin("another", "10.0.0.1"));
        for (int i = 0; i < 100; i++) {
            guesses.begin("local-" + i, null);
        }
    }

    @Test
    void whatWasRight_isNotCounted() {
        for (int i = 0; i < 100; i++) {
            begin("ann", "10.0.0.1");
            guesses.forgive("ann", "10.0.0.1");
        }
        begin("ann", null);
    }

    private void begin(String user, @Nullable String address) {
        guesses.begin(user, address);
    }

    private static void assertRefused(ThrowingCallable guess) {
        assertThatThrownBy(guess)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.LimitExceeded.class,
                                        limit -> assertThat(limit.retryAfter())
                                                .isBetween(Duration.ofMillis(1), Duration.ofSeconds(60))));
    }
}
