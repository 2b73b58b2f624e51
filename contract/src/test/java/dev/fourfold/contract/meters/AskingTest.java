package dev.fourfold.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What is shown of what a store tells, and of what it does not. */
class AskingTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private final Semaphore asked = new Semaphore(0);
    private volatile List<Figure> answer = List.of();

    @Test
    void figures_areThoseToldLast_andNoneOfAStoreThatIsAway() throws Exception {
        var asking = new Asking(registry, () -> List.of(source()), Duration.ofMillis(1));
        asking.start();
        tell(List.of(Figure.lag(Store.REDIS, "a", 1), Figure.lag(Store.REDIS, "b", 2)));
        assertThat(lags()).containsExactly("a 1.0", "b 2.0");
        tell(List.of(Figure.lag(Store.REDIS, "b", 3)));
        assertThat(lags()).containsExactly("b 3.0");
        tell(List.of());
        assertThat(lags()).isEmpty();
        tell(List.of(Figure.lag(Store.REDIS, "b", 4)));
        assertThat(lags()).containsExactly("b 4.0");
        asking.stop();
    }

    /** Answers, and waits until it was asked for that and once more: by then it is shown. */
    private void tell(List<Figure> figures) throws InterruptedException {
        answer = figures;
        asked.drainPermits();
        asked.acquire(2);
    }

    private List<String> lags() {
        return registry.find("replication.lag").gauges().stream()
                .map(gauge -> tag(gauge) + " " + gauge.value())
                .sorted()
                .toList();
    }

    private static String tag(Meter meter) {
        return String.valueOf(meter.getId().getTag("replica"));
    }

    /** An empty answer stands for none. */
    private StoreFigures source() {
        return new StoreFigures() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public List<Figure> ask() throws Exception {
                asked.release();
                if (answer.isEmpty()) {
                    throw new IOException("away");
                }
                return answer;
            }
        };
    }
}
