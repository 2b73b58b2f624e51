package dev.fourfold.logs.line;

import dev.fourfold.logs.SweptLines;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What was removed as it was past its retention, since the start. */
final class Sweeps {

    private final LongAdder runs = new LongAdder();
    private final LongAdder buckets = new LongAdder();
    private final LongAdder lines = new LongAdder();
    private volatile boolean storeExpires;
    private volatile @Nullable Instant last;

    void add(LineRetention.Swept swept) {
        if (swept.buckets() > 0) {
            runs.increment();
            buckets.add(swept.buckets());
            lines.add(swept.lines());
        }
    }

    long buckets() {
        return buckets.sum();
    }

    void storeExpires() {
        storeExpires = true;
    }

    void ended(Instant at) {
        last = at;
    }

    SweptLines of(String instance) {
        Instant ended = last;
        return new SweptLines(
                instance,
                storeExpires,
                runs.sum(),
                buckets.sum(),
                lines.sum(),
                ended == null ? null : ended.toEpochMilli());
    }
}
