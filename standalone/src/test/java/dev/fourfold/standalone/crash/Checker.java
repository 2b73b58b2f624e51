package dev.fourfold.standalone.crash;

import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The rules: every ok exactly once, every unknown at most once, every failed not at all, and nothing else. */
final class Checker {

    /** What is wrong about a write, or about what nobody wrote. */
    enum Kind {
        LOST,
        DOUBLE,
        REFUSED_BUT_THERE,
        NEVER_WRITTEN,
        WRONG_TAG,
        WRONG_LATEST
    }

    /** One broken rule. */
    record Violation(Kind kind, String text) {}

    private Checker() {}

    /** The broken rules of one writer's run. */
    static List<Violation> violations(List<Write> writes, Found found) {
        var violations = new ArrayList<Violation>();
        Map<String, Integer> counts = new HashMap<>();
        found.elements().forEach(element -> counts.merge(element, 1, Integer::sum));
        for (Write write : writes) {
            for (String element : write.elements()) {
                Integer counted = counts.remove(element);
                check(write, element, counted == null ? 0 : counted, violations);
            }
        }
        counts.forEach((element, count) -> violations.add(new Violation(Kind.NEVER_WRITTEN, element + " x" + count)));
        tag(writes, found.tag(), violations);
        latest("m", Form.METRIC, writes, found, violations);
        latest("b", Form.BATCH, writes, found, violations);
        return violations;
    }

    private static void check(Write write, String element, int count, List<Violation> violations) {
        String text = element + " found " + count + " times; " + write;
        if (count > 1) {
            violations.add(new Violation(Kind.DOUBLE, text));
        } else if (count == 0 && write.outcome() == Outcome.OK) {
            violations.add(new Violation(Kind.LOST, text));
        } else if (count == 1 && write.outcome() == Outcome.FAILED) {
            violations.add(new Violation(Kind.REFUSED_BUT_THERE, text));
        }
    }

    /**
     * The latest value is the history's last, or that of an unknown write after it: PostgreSQL, which keeps latest
     * values, may have taken such a write and the journal of points not. Repeating it mends that.
     */
    private static void latest(String metric, Form form, List<Write> writes, Found found, List<Violation> violations) {
        Long stated = found.latest().get(metric);
        Long last = found.last().get(metric);
        if (Objects.equals(stated, last)) {
            return;
        }
        boolean halfDone = stated != null
                && (last == null || stated > last)
                && writes.stream()
                        .anyMatch(write -> write.form() == form
                                && write.outcome() == Outcome.UNKNOWN
                                && Long.valueOf(write.number()).equals(stated));
        if (!halfDone) {
            violations.add(new Violation(
                    Kind.WRONG_LATEST,
                    metric + ": the run states " + stated + " as the latest step, the history ends at " + last));
        }
    }

    /** The value is that of the last ok, or of an unknown after it. */
    private static void tag(List<Write> writes, Optional<String> tag, List<Violation> violations) {
        Set<String> possible = new HashSet<>();
        boolean mayBeAbsent = true;
        for (Write write : writes) {
            if (write.form() != Form.TAG) {
                continue;
            }
            switch (write.outcome()) {
                case OK -> {
                    possible.clear();
                    possible.add(Integer.toString(write.number()));
                    mayBeAbsent = false;
                }
                case UNKNOWN -> possible.add(Integer.toString(write.number()));
                case FAILED -> {
                    // It changes nothing.
                }
            }
        }
        if (tag.map(value -> !possible.contains(value)).orElse(!mayBeAbsent)) {
            violations.add(new Violation(
                    Kind.WRONG_TAG, "the tag is " + tag.orElse("absent") + ", not of " + new TreeSet<>(possible)));
        }
    }
}
