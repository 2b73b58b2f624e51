package dev.fourfold.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long clients are asked to wait; the clock stands still unless it is moved. */
final class PatienceTest {

    private static final int RETRIES_OF_MLFLOW = 7;

    private final AtomicLong clock = new AtomicLong();
    private final Patience patience = new Patience(clock::get);

    @Test
    void waits_growWithTheOutage_soThatSevenOutliveAFailover() {
        var waits = new ArrayList<Long>();
        for (int attempt = 0; attempt < RETRIES_OF_MLFLOW; attempt++) {
            long seconds = away("postgresql", 1);
            waits.add(seconds);
            pass(seconds);
        }
        assertThat(waits).containsExactly(1L, 3L, 6L, 12L, 24L, 30L, 30L);
    }

    @Test
    void manyAtOnce_waitAlike_andTheOutageIsNoOlderForIt() {
        for (int request = 0; request < 100; request++) {
            assertThat(away("postgresql", 1)).isEqualTo(1);
        }
        pass(10);
        assertThat(away("postgresql", 1)).isEqualTo(1); // The first was over five seconds after its wait.
        pass(4);
        for (int request = 0; request < 100; request++) {
            assertThat(away("postgresql", 1)).isEqualTo(6);
        }
    }

    @Test
    void eachPart_hasAnOutageOfItsOwn() {
        away("postgresql", 1);
        pass(4);
        assertThat(away("influxdb", 2)).isEqualTo(2);
        assertThat(away("postgresql", 1)).isEqualTo(6);
    }

    @Test
    void overload_asksForTenSecondsAtMost_andOtherLimitsForTheirOwn() {
        assertThat(limit(true)).isEqualTo(1);
        pass(3);
        assertThat(limit(true)).isEqualTo(5);
        pass(8);
        assertThat(limit(true)).isEqualTo(10);
        assertThat(limit(false)).isEqualTo(1);
    }

    private long away(String part, int least) {
        var problem = patience.with(new Problem.Unavailable(part, "away", Duration.ofSeconds(least)), false);
        return ((Problem.Unavailable) problem).retryAfter().toSeconds();
    }

    private long limit(boolean busy) {
        var problem = patience.with(new Problem.LimitExceeded("too much", Duration.ofSeconds(1)), busy);
        return ((Problem.LimitExceeded) problem).retryAfter().toSeconds();
    }

    private void pass(long seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
