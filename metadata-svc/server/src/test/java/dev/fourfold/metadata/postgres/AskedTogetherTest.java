package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AskedTogetherTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void whoComesWhileItIsAsked_getsTheNextAnswer_together() throws Exception {
        var together = new AskedTogether<>(this::slow);
        var first = together.ask();
        begun.await();
        var second = together.ask();
        var third = together.ask();
        mayEnd.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(third.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(asked).hasValue(2);
    }

    @Test
    void oneAfterTheOther_eachHasItsOwn() throws Exception {
        var together = new AskedTogether<>(asked::incrementAndGet);
        for (int i = 1; i <= 100; i++) {
            assertThat(together.ask().get(10, TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    @Test
    void failure_isOfThoseWhoAskedThen() throws Exception {
        var together = new AskedTogether<>(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalArgumentException("once");
            }
            return asked.get();
        });
        assertThatThrownBy(() -> together.ask().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("once");
        assertThat(together.ask().get(10, TimeUnit.SECONDS)).isEqualTo(2);
    }

    private int slow() {
        int number = asked.incrementAndGet();
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return number;
    }
}
