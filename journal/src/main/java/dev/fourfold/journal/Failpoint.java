package dev.fourfold.journal;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** A hook for crash tests: told at the moments where a crash would hurt most. Off unless a test asks for it. */
@FunctionalInterface
public interface Failpoint {
    /** Where the journal is. */
    enum Point {
        /** A caller came with a record; nothing is written. */
        BEFORE_APPEND,
        /** The record is on disk; its caller does not know yet. */
        AFTER_APPEND,
        /** The store took a batch; the journal has not noted it yet. */
        AFTER_APPLY
    }

    Failpoint NONE = point -> {};

    void reached(Point point);

    /**
     * Reads the system property {@code fourfold.failpoint}: {@code journal.after-append:37} halts the process, as kill -9
     * would, the 37th time that a journal gets there; with a journal's own name in place of {@code journal} only that one
     * counts.
     */
    static Failpoint fromSystemProperty(String journalName) {
        var text = System.getProperty("fourfold.failpoint", "");
        if (text.isEmpty()) {
            return NONE;
        }
        var parts = text.split("[.:]", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("fourfold.failpoint is <journal>.<point>:<count>, not " + text);
        }
        if (!parts[0].equals("journal") && !parts[0].equals(journalName)) {
            return NONE;
        }
        var wanted = Point.valueOf(parts[1].toUpperCase(Locale.ROOT).replace('-', '_'));
        var left = new AtomicLong(Long.parseLong(parts[2]));
        return point -> {
            if (point == wanted && left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(137);
            }
        };
    }
}
