package dev.fourfold.gateway.loki;

import java.util.List;

/**
 * A query in the part of LogQL that is offered here: what Grafana's Explore and logs panel send.
 *
 * @see <a href="https://grafana.com/docs/loki/latest/query/">LogQL</a>
 */
sealed interface LogQl {

    /**
     * Lines.
     *
     * @param matchers conditions on labels: of the stream selector, and of {@code | label = "value"} behind it
     * @param filters conditions on the text
     */
    record Lines(List<Matcher> matchers, List<LineFilter> filters) implements LogQl {

        /** Copies the lists. */
        public Lines {
            matchers = List.copyOf(matchers);
            filters = List.copyOf(filters);
        }
    }

    /**
     * {@code count_over_time(lines [range])}, for each set of labels or summed up.
     *
     * @param summed whether {@code sum} stands around it
     * @param by the labels that sums are kept apart by
     */
    record Counts(Lines lines, long rangeNanos, boolean summed, List<String> by) implements LogQl {

        /** Copies the list. */
        public Counts {
            by = List.copyOf(by);
        }
    }

    /** A sum of {@code vector(number)}: with one Grafana tests whether a data source works. */
    record Constant(double value) implements LogQl {}

    /** How a value is compared. */
    enum Comparison {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        MATCHES_NOT("!~");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean negative() {
            return this == NOT_EQUAL || this == MATCHES_NOT;
        }

        boolean expression() {
            return this == MATCHES || this == MATCHES_NOT;
        }
    }

    /**
     * A condition on a label.
     *
     * @param selects whether it stands in the stream selector, where labels are those of streams
     */
    record Matcher(String label, Comparison comparison, String value, boolean selects) {}

    /**
     * A condition on the text of a line.
     *
     * @param negative whether lines that meet it are left out
     * @param expression whether the texts are regular expressions
     * @param texts one of which must be found
     */
    record LineFilter(boolean negative, boolean expression, List<String> texts) {

        /** Copies the list. */
        public LineFilter {
            texts = List.copyOf(texts);
        }
    }
}
