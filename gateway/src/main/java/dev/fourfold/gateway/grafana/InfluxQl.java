package dev.fourfold.gateway.grafana;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One statement in the part of InfluxQL that is offered here: what Grafana's InfluxDB data source sends, and a grouping by
 * steps.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/query_language/spec/">InfluxQL</a>
 */
sealed interface InfluxQl {

    /**
     * A question about points.
     *
     * @param from the experiments, or the events
     * @param grouping what values are kept apart by
     * @param descending whether the newest comes first
     * @param limit how many rows of each series; {@link Integer#MAX_VALUE} for no limit
     * @param seriesLimit how many series
     */
    record Select(
            List<Column> columns,
            Source from,
            Where where,
            Grouping grouping,
            Fill fill,
            boolean descending,
            int limit,
            int seriesLimit)
            implements InfluxQl {

        /** Copies the list. */
        public Select {
            columns = List.copyOf(columns);
        }
    }

    /** The names of experiments. */
    record ShowMeasurements(Name names, Where where, int limit) implements InfluxQl {}

    /** The names of tags. */
    record ShowTagKeys(@Nullable Source from, int limit) implements InfluxQl {}

    /** The values that tags have. */
    record ShowTagValues(@Nullable Source from, Name keys, Where where, int limit) implements InfluxQl {}

    /** The names of metrics. */
    record ShowFieldKeys(@Nullable Source from, int limit) implements InfluxQl {}

    /** The one retention policy that there is for Grafana's editor. */
    record ShowRetentionPolicies() implements InfluxQl {}

    /** The one database. */
    record ShowDatabases() implements InfluxQl {}

    /** One column of an answer. */
    sealed interface Column {

        /** What it is called in the answer. */
        String name();
    }

    /** The values of a metric as they were logged. */
    record Plain(String key, String name) implements Column {}

    /** The steps of points. */
    record Step(String name) implements Column {}

    /**
     * A number for each part of time or of steps.
     *
     * @param argument the percentile, for the function that has one
     */
    record Computed(Function function, double argument, String key, String name) implements Column {}

    /** What can be computed of points. */
    enum Function {
        COUNT,
        FIRST,
        LAST,
        MAX,
        MEAN,
        MEDIAN,
        MIN,
        PERCENTILE,
        SPREAD,
        STDDEV,
        SUM;

        /** As InfluxQL writes it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether the result is a point that there is, with its time. */
        boolean chooses() {
            return this == FIRST || this == LAST || this == MAX || this == MIN;
        }
    }

    /** Where points are looked for: measurements by name. */
    record Source(Name name) {}

    /** A name, or a pattern of some. */
    sealed interface Name {

        /** Whether this one is meant. */
        boolean holds(String name);

        /** Any name. */
        record Any() implements Name {
            @Override
            public boolean holds(String name) {
                return true;
            }
        }

        /** One of these. */
        record OneOf(List<String> names) implements Name {

            /** Copies the list. */
            public OneOf {
                names = List.copyOf(names);
            }

            @Override
            public boolean holds(String name) {
                return names.contains(name);
            }
        }

        /** What a regular expression is found in. */
        record Matching(Pattern pattern) implements Name {
            @Override
            public boolean holds(String name) {
                return pattern.matcher(name).find();
            }
        }
    }

    /**
     * Conditions.
     *
     * @param tags on tags
     * @param time in milliseconds since 1970
     */
    record Where(Condition tags, Range time, Range steps) {

        static final Where ALL = new Where(new All(List.of()), Range.ALL, Range.ALL);
    }

    /** Two ends, both included. */
    record Range(long from, long to) {

        static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

        boolean isEmpty() {
            return from > to;
        }

        Range and(Range other) {
            return new Range(Math.max(from, other.from), Math.min(to, other.to));
        }
    }

    /** What tags must be. */
    sealed interface Condition {}

    /** Every one holds. */
    record All(List<Condition> parts) implements Condition {

        /** Copies the list. */
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** One of them holds. */
    record OneOf(List<Condition> parts) implements Condition {

        /** Copies the list. */
        public OneOf {
            parts = List.copyOf(parts);
        }
    }

    /** A tag equals a text, or does not. */
    record Equal(String tag, boolean negative, String value) implements Condition {}

    /**
     * A regular expression is found in a tag, or is not.
     *
     * @param expression the pattern's text
     */
    record Found(String tag, boolean negative, String expression, Pattern pattern) implements Condition {}

    /**
     * What values are kept apart by.
     *
     * @param parts how the axis is cut into parts; null where it is not
     * @param tags by the values of these
     */
    record Grouping(@Nullable Parts parts, List<String> tags) {

        /** Copies the list. */
        public Grouping {
            tags = List.copyOf(tags);
        }
    }

    /** How an axis is cut. */
    sealed interface Parts {

        /** Into times of so many milliseconds, counted from {@code offset}. */
        record OfTime(long width, long offset) implements Parts {}

        /** Into so many steps; 0 for a width that gives at most a thousand parts. */
        record OfSteps(long width) implements Parts {}
    }

    /** What stands for a part without points. */
    sealed interface Fill {

        /** Nothing was said: null, and 0 for a count. */
        record Unsaid() implements Fill {}

        /** Null. */
        record Null() implements Fill {}

        /** The part is left out. */
        record None() implements Fill {}

        /** What the part before has. */
        record Previous() implements Fill {}

        /** What lies on the line between its neighbours. */
        record Linear() implements Fill {}

        /** A number. */
        record Value(double number) implements Fill {}
    }
}
