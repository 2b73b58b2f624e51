package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordsTest {

    @Test
    void whoSetsAPassword_needsNoTurnOfThoseWhoGuess() {
        var allTurnsTaken = new Passwords(0);
        assertThat(allTurnsTaken.hash("a new one")).startsWith("$2b$");
    }
}
