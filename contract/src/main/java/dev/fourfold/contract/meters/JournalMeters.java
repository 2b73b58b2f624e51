package dev.fourfold.contract.meters;

import dev.fourfold.contract.JournalStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What waits in a journal, for Prometheus. */
public final class JournalMeters {

    private static final double MILLIS = 1_000;

    private JournalMeters() {}

    /**
     * Shows one process's journal.
     *
     * @param journal its name, of which there is one in a process: {@code metrics} or {@code logs}
     * @param status costs no I/O
     */
    public static void register(MeterRegistry registry, String journal, Supplier<JournalStatus> status) {
        var one = new Registration(registry, journal, status);
        one.gauge("journal.records", null, "Requests acknowledged and not in the store yet", JournalStatus::records);
        one.gauge("journal.waiting", "bytes", "What these requests take", JournalStatus::bytes);
        one.gauge("journal.held", "bytes", "What counts against the journal's limit", JournalStatus::heldBytes);
        one.gauge("journal.max", "bytes", "The journal's limit", JournalStatus::maxBytes);
        one.gauge(
                "journal.oldest.age",
                "seconds",
                "How long the oldest of these requests has waited",
                now -> now.oldestAgeMillis() / MILLIS);
    }

    private record Registration(MeterRegistry registry, String journal, Supplier<JournalStatus> status) {

        void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<JournalStatus> value) {
            Gauge.builder(name, () -> value.applyAsDouble(status.get()))
                    .strongReference(true)
                    .description(description)
                    .baseUnit(unit)
                    .tag("journal", journal)
                    .register(registry);
        }
    }
}
