package dev.fourfold.logs.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LinePosition;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of instances that each know some runs. */
final class MergedPageTest {

    /** Every line of an instance, in order; it answers as logs-svc does, with a cursor behind the last line. */
    private record Owner(List<FoundLine> lines) {

        LogPage page(LogOrder order, @Nullable String cursor, int limit) {
            var ordering = LinePosition.in(order);
            LinePosition after = LinePosition.fromCursor(cursor);
            List<FoundLine> behind = lines.stream()
                    .sorted((a, b) -> ordering.compare(LinePosition.of(a), LinePosition.of(b)))
                    .filter(line -> after == null || ordering.compare(LinePosition.of(line), after) > 0)
                    .toList();
            return behind.size() <= limit
                    ? new LogPage(behind, null)
                    : new LogPage(
                            behind.subList(0, limit),
                            LinePosition.of(behind.get(limit - 1)).toCursor());
        }
    }

    @ParameterizedTest
    @EnumSource(LogOrder.class)
    void pages_ofSeveralOwners_giveEveryLineOnceInOrder(LogOrder order) {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var owners = new ArrayList<Owner>();
            var all = new ArrayList<FoundLine>();
            for (int o = 0; o < 1 + random.nextInt(3); o++) {
                var lines = new ArrayList<FoundLine>();
                for (int i = random.nextInt(12); i > 0; i--) {
                    lines.add(line("run-" + o, i, random.nextInt(6))); // Many at one time.
                }
                owners.add(new Owner(lines));
                all.addAll(lines);
            }
            all.sort((a, b) -> LinePosition.in(order).compare(LinePosition.of(a), LinePosition.of(b)));

            int limit = 1 + random.nextInt(5);
            var found = new ArrayList<FoundLine>();
            String cursor = null;
            do {
                String after = cursor;
                var page = MergedPage.of(
                        owners.stream()
                                .map(owner -> owner.page(order, after, limit))
                                .toList(),
                        order,
                        limit);
                assertThat(page.lines()).hasSizeLessThanOrEqualTo(limit);
                found.addAll(page.lines());
                cursor = page.nextCursor();
                assertThat(found).as("pages that lead nowhere").hasSizeLessThanOrEqualTo(all.size());
            } while (cursor != null);
            assertThat(found).as("seed %d", seed).isEqualTo(all);
        }
    }

    /** A page may end before it is full, where much was looked through: nothing behind its cursor is known. */
    @Test
    void pageThatWasCutShort_holdsBackWhatOthersHaveBehindIt() {
        var early = new LogPage(List.of(line("a", 0, 1)), LinePosition.before(3).toCursor());
        var late = new LogPage(List.of(line("b", 0, 2), line("b", 1, 9)), null);
        var merged = MergedPage.of(List.of(early, late), LogOrder.OLDEST_FIRST, 10);
        assertThat(merged.lines()).containsExactly(line("a", 0, 1), line("b", 0, 2));
        assertThat(merged.nextCursor()).isEqualTo(LinePosition.before(3).toCursor());
    }

    private static FoundLine line(String run, long sequence, long time) {
        return new FoundLine(run, new LogLine("w", "stdout", sequence, time, LogLevel.INFO, "m", null, null));
    }
}
