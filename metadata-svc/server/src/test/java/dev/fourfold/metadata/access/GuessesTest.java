package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GuessesTest {

    private final AtomicLong now = new AtomicLong();
    private final Guesses guesses = new Guesses(now::get);

    @Test
    void aUser_hasTenWrongOnesAtOnceFromAnAddress_andSomeMoreWithTime() {
        exhaust("ann", "10.0.0.1");
        guesses.begin("bob", "10.0.0.1");
        pass(Guesses.OF_USER_FROM_ADDRESS.each());
        guesses.begin("ann", "10.0.0.1");
        assertRefused(() -> guesses.begin("ann", "10.0.0.1"));
    }

    @Test
    void whoGuesses_doesNotLockOutWhoKnows() {
        for (int i = 0; i < 1000; i++) {
            guess("ann", "10.0.0.1");
            pass(Duration.ofSeconds(1));
        }
        guesses.begin("ann", "10.0.0.2");
        guesses.begin("ann", null);
    }

    @Test
    void aUser_hasFarMoreFromEverywhere_butNotAnyNumber() {
        for (int i = 0; i < Guesses.OF_USER.most(); i++) {
            guesses.begin("ann", "10.0.0." + i);
        }
        assertRefused(() -> guesses.begin("ann", "10.0.1.1"));
        assertRefused(() -> guesses.begin("ann", null));
        guesses.begin("bob", "10.0.1.1");
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
    void whatWasRight_isNotCounted_andNotKept() {
        for (int i = 0; i < 100; i++) {
            guesses.begin("ann", "10.0.0.1");
            guesses.forgive("ann", "10.0.0.1");
        }
        assertThat(guesses.kept()).isZero();
        guesses.begin("ann", "10.0.0.1");
        guesses.begin("ann", "10.0.0.1");
        guesses.forgive("ann", "10.0.0.1");
        assertThat(guesses.kept()).isEqualTo(3);
    }

    @Test
    void whatOthersGuess_doesNotPushOutWhatIsCounted() {
        exhaust("ann", "10.0.0.1");
        for (int i = 0; i < 2 * Guesses.MOST_KEPT; i++) {
            guesses.begin("user-" + i, null);
        }
        assertThat(guesses.kept()).isLessThanOrEqualTo(Guesses.MOST_KEPT);
        assertRefused(() -> guesses.begin("ann", "10.0.0.1"));
    }

    private void exhaust(String user, String address) {
        for (int i = 0; i < 10; i++) {
            guesses.begin(user, address);
        }
        assertRefused(() -> guesses.begin(user, address));
    }

    private void guess(String user, String address) {
        try {
            guesses.begin(user, address);
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
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
