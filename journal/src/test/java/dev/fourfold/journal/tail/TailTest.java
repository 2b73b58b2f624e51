package dev.fourfold.journal.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.journal.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TailTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private Tail tail = tail(1 << 20, 10, LONG);
    private long sequence = 40;

    @AfterEach
    void close() {
        tail.close();
    }

    @Test
    void listener_hearsItsKeysInOrderFromWhenItCame() throws Exception {
        append("a", "before");
        try (var listener = listen(null, "a", "b")) {
            append("a", "1");
            append("c", "nobody listens");
            append("b", "2");
            append("a", "3");
            assertThat(hear(listener, 3)).containsExactlyInAnyOrder("a:1", "b:2", "a:3");
            assertThat(listener.next(Duration.ZERO)).isEqualTo(new Heard.Quiet(listener.position()));
        }
    }

    @Test
    void listenerThatComesBack_hearsWhatItMissedAndNothingElse() throws Exception {
        String position;
        try (var listener = listen(null, "a")) {
            append("a", "1");
            assertThat(hear(listener, 1)).containsExactly("a:1");
            position = listener.position();
        }
        append("a", "2");
        append("b", "2");
        append("a", "3");
        try (var again = listen(position, "a")) {
            assertThat(again.complete()).isTrue();
            assertThat(hear(again, 2)).containsExactly("a:2", "a:3");
        }
    }

    @Test
    void moment_isLongerForACrowd() {
        var settings = new Tail.Settings(Duration.ofMillis(200), 1, 1_000, LONG);
        assertThat(settings.momentFor(0)).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.momentFor(100)).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.momentFor(150)).isEqualTo(Duration.ofMillis(300));
        assertThat(settings.momentFor(1_000)).isEqualTo(Duration.ofMillis(600));
    }

    @Test
    void positionThatIsNotKnown_isIncomplete() throws Exception {
        try (var listener = listen(null, "a")) {
            append("a", "1");
            hear(listener, 1);
            for (String position : List.of("", "x", "0123456789abcdef-41", listener.position() + "0", "-", "é")) {
                try (var other = listen(position, "a")) {
                    assertThat(other.complete()).as(position).isFalse();
                    append("a", "2");
                    assertThat(hear(other, 1)).containsExactly("a:2");
                }
            }
        }
    }

    @Test
    void position_moves_withWhatOthersAppend() throws Exception {
        tail.close();
        tail = tail(1_000, 10, LONG);
        try (var idle = listen(null, "idle");
                var busy = listen(null, "busy")) {
            String begin = idle.position();
            for (int i = 0; i < 50; i++) {
                append("busy", "x".repeat(100));
                hear(busy, 1);
                assertThat(idle.next(Duration.ZERO)).isInstanceOf(Heard.Quiet.class);
            }
            try (var again = listen(idle.position(), "idle");
                    var late = listen(begin, "idle")) {
                assertThat(again.complete()).isTrue();
                assertThat(late.complete())
                        .as("its place is not in memory any more")
                        .isFalse();
            }
        }
    }

    @Test
    void listenerThatIsTooSlow_isToldSo() throws Exception {
        tail.close();
        tail = tail(1_000, 10, LONG);
        try (var slow = listen(null, "a");
                var fast = listen(null, "a")) {
            for (int i = 0; i < 50; i++) {
                append("a", "x".repeat(100));
                assertThat(hear(fast, 1)).hasSize(1);
            }
            assertThat(slow.next(LONG)).isEqualTo(new Heard.Behind());
        }
    }

    @Test
    void forms_areMadeOnceAndCountAsMemory() throws Exception {
        tail.close();
        tail = tail(100_000, 10, LONG);
        var made = new AtomicInteger();
        try (var one = listen(null, "a");
                var other = listen(null, "a");
                var slow = listen(null, "a")) {
            for (int i = 1; i < 20; i++) {
                append("a", "1");
                assertThat(form(one, made)).isSameAs(form(other, made));
                assertThat(made).hasValue(i);
            }
            assertThat(slow.next(LONG)).isEqualTo(new Heard.Behind());
        }
    }

    @Test
    void moreThanMayListen_areRefusedUntilOneLeaves() {
        tail.close();
        tail = tail(1 << 20, 2, LONG);
        var one = listen(null, "a");
        var other = listen(null, "a");
        assertThat(tail.listen(Set.of("a"), null)).isEmpty();
        one.close();
        one.close();
        assertThat(tail.listeners()).isEqualTo(1);
        try (var third = listen(null, "a")) {
            assertThat(third.complete()).isTrue();
            assertThat(tail.listen(Set.of("a"), null)).isEmpty();
        }
        other.close();
        assertThat(tail.listeners()).isZero();
    }

    @Test
    void whenNobodyListensForLong_nothingIsRemembered() throws Exception {
        tail.close();
        tail = tail(1 << 20, 2, Duration.ZERO);
        String position;
        try (var listener = listen(null, "a")) {
            append("a", "1");
            hear(listener, 1);
            position = listener.position();
        }
        try (var again = listen(position, "a")) {
            assertThat(again.complete()).as("nothing was appended meanwhile").isTrue();
        }
        append("a", "2");
        try (var again = listen(position, "a")) {
            assertThat(again.complete()).isFalse();
            append("a", "3");
            assertThat(hear(again, 1)).containsExactly("a:3");
        }
    }

    @Test
    void closing_letsListenersHearWhatThereIsAndEnds() throws Exception {
        try (var listener = listen(null, "a");
                var left = listen(null, "a")) {
            append("a", "1");
            left.close();
            tail.close();
            assertThat(hear(listener, 1)).containsExactly("a:1");
            assertThat(listener.next(LONG)).isEqualTo(new Heard.Ended());
            assertThat(left.next(LONG)).isEqualTo(new Heard.Ended());
        }
    }

    private static Tail tail(long bytes, int listeners, Duration keep) {
        return new Tail(new Tail.Settings(Duration.ofMillis(2), bytes, listeners, keep), 40);
    }

    private Tail.Listener listen(@Nullable String position, String... keys) {
        return tail.listen(Set.of(keys), position).orElseThrow();
    }

    private void append(String key, String text) {
        sequence++;
        tail.accept(List.of(new Entry(sequence, key, text.getBytes(StandardCharsets.UTF_8), Instant.EPOCH)));
    }

    /** So many records, as key and text. */
    private static List<String> hear(Tail.Listener listener, int count) throws InterruptedException {
        var heard = new ArrayList<String>();
        while (heard.size() < count) {
            assertThat(listener.next(LONG))
                    .isInstanceOfSatisfying(
                            Heard.News.class,
                            news -> news.records()
                                    .forEach((key, records) -> records.payloads()
                                            .forEach(payload -> heard.add(
                                                    key + ":" + new String(payload, StandardCharsets.UTF_8)))));
        }
        return heard;
    }

    private static byte[] form(Tail.Listener listener, AtomicInteger made) throws InterruptedException {
        var news = (Heard.News) listener.next(LONG);
        return news.records().values().iterator().next().as("form", _ -> {
            made.incrementAndGet();
            return new byte[10_000];
        });
    }
}
