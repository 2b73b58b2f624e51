package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

class LagTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Lag lag = new Lag();

    @Test
    void oldestPlaceThatIsNotReplayed_tellsTheLag() {
        lag.reached(at(100), 0);
        lag.reached(at(200), SECOND);
        lag.reached(at(300), 2 * SECOND);
        assertThat(lag.behind(LogSequenceNumber.valueOf(99), 3 * SECOND)).isEqualTo(Duration.ofSeconds(3));
        assertThat(lag.behind(LogSequenceNumber.valueOf(100), 3 * SECOND)).isEqualTo(Duration.ofSeconds(2));
        assertThat(lag.behind(LogSequenceNumber.valueOf(250), 3 * SECOND)).isEqualTo(Duration.ofSeconds(1));
        assertThat(lag.behind(LogSequenceNumber.valueOf(300), 3 * SECOND)).isZero();
    }

    @Test
    void primaryThatWritesNothing_makesNoLag() {
        lag.reached(at(100), 0);
        assertThat(lag.behind(LogSequenceNumber.valueOf(100), 5 * SECOND)).isZero();
        lag.reached(at(100), 6 * SECOND);
        assertThat(lag.behind(LogSequenceNumber.valueOf(100), 7 * SECOND)).isZero();
    }

    @Test
    void placeThatIsSeenAgain_keepsItsAge() {
        lag.reached(at(100), 0);
        lag.reached(at(100), 6 * SECOND);
        assertThat(lag.behind(LogSequenceNumber.valueOf(99), 7 * SECOND)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void anotherHistory_beginsAnew() {
        lag.reached(at(1000), 0);
        lag.reached(new LogPosition(LogSequenceNumber.valueOf(200), "other"), SECOND);
        assertThat(lag.behind(LogSequenceNumber.valueOf(200), 9 * SECOND)).isZero();
    }

    @Test
    void manyPlaces_keepTheOldest() {
        for (int i = 0; i < 5_000; i++) {
            lag.reached(at(100 + i), i * SECOND);
        }
        assertThat(lag.behind(LogSequenceNumber.valueOf(50), 6_000 * SECOND)).isEqualTo(Duration.ofSeconds(6_000));
        assertThat(lag.behind(LogSequenceNumber.valueOf(5_098), 6_000 * SECOND)).isEqualTo(Duration.ofSeconds(1_001));
        assertThat(lag.behind(LogSequenceNumber.valueOf(5_099), 6_000 * SECOND)).isZero();
    }

    private static LogPosition at(long number) {
        return new LogPosition(LogSequenceNumber.valueOf(number), "mark");
    }
}
