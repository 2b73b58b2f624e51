package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyRecordsTest {
    @Property
    void aKeysRecords_areThoseAddedAndNotDropped(
            @ForAll @Size(max = 300) List<@LongRange(min = 1, max = 1L << 40) Long> gaps,
            @ForAll @LongRange(min = 1, max = 20) long dropEvery) {
        var records = new KeyRecords();
        var model = new ArrayList<Long>();
        var sequence = 0L;
        for (int i = 0; i < gaps.size(); i++) {
            sequence += gaps.get(i);
            records.add(sequence);
            model.add(sequence);
            if (i % dropEvery == 0) {
                var to = model.get(model.size() / 2);
                records.dropUpTo(to);
                model.removeIf(held -> held <= to);
            }
            assertThat(records.isEmpty()).isEqualTo(model.isEmpty());
        }
        assertThat(records.after(0, Integer.MAX_VALUE)).containsExactly(toArray(model));
        if (!model.isEmpty()) {
            var middle = model.get(model.size() / 2);
            assertThat(records.after(middle, 3))
                    .containsExactly(toArray(model.stream()
                            .filter(held -> held > middle)
                            .limit(3)
                            .toList()));
            assertThat(records.last()).isEqualTo(model.getLast());
        }
    }

    @Test
    void numbersOfAnySize_areKept() {
        var records = new KeyRecords();
        records.add(1);
        records.add(Long.MAX_VALUE);
        assertThat(records.after(0, 10)).containsExactly(1, Long.MAX_VALUE);
        records.dropUpTo(Long.MAX_VALUE);
        assertThat(records.isEmpty()).isTrue();
        records.add(Long.MAX_VALUE);
        assertThat(records.after(5, 10)).containsExactly(Long.MAX_VALUE);
    }

    private static long[] toArray(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
