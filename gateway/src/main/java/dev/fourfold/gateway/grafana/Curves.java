package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.grafana.Answer.Series;
import dev.fourfold.gateway.grafana.InfluxQl.Column;
import dev.fourfold.gateway.grafana.InfluxQl.Computed;
import dev.fourfold.gateway.grafana.InfluxQl.Fill;
import dev.fourfold.gateway.grafana.InfluxQl.Function;
import dev.fourfold.gateway.grafana.InfluxQl.Parts;
import dev.fourfold.gateway.grafana.InfluxQl.Plain;
import dev.fourfold.gateway.grafana.InfluxQl.Range;
import dev.fourfold.gateway.grafana.InfluxQl.Select;
import dev.fourfold.gateway.grafana.InfluxQl.Step;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.SeriesQuery;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers questions about points: as they were logged, or computed for parts of time or of steps. */
@Singleton
final class Curves {

    /** How many values an answer may have. */
    private static final int MOST_VALUES = SeriesQuery.MAX_POINTS;

    /** How many parts of steps there are where nothing else is said. */
    private static final int PARTS_UNLESS_SAID = 1_000;

    private static final int SHORT_ID = 8;

    private final ChosenRuns runs;
    private final Points points;

    Curves(ChosenRuns runs, Points points) {
        this.runs = runs;
        this.points = points;
    }

    List<Series> of(Select question) {
        var where = question.where();
        if (where.time().isEmpty() || where.steps().isEmpty()) {
            return List.of();
        }
        List<Group> groups = groups(question);
        if (groups.isEmpty()) {
            return List.of();
        }
        return switch (question.grouping().parts()) {
            case null ->
                question.columns().getFirst() instanceof Computed
                        ? summaries(question, groups)
                        : logged(question, groups);
            case Parts.OfTime parts -> partsOfTime(question, parts, groups);
            case Parts.OfSteps parts -> partsOfSteps(question, parts, groups);
        };
    }

    /** Some runs whose points make one series. */
    private record Group(String experiment, Map<String, String> tags, List<TaggedRun> runs) {}

    private List<Group> groups(Select question) {
        var groups = new LinkedHashMap<List<String>, Group>();
        for (TaggedRun run : runs.of(question.from().name(), question.where().tags())) {
            var tags = new TreeMap<String, String>();
            question.grouping().tags().forEach(tag -> tags.put(tag, run.tag(tag)));
            var key = new ArrayList<>(tags.values());
            key.add(run.experiment());
            groups.computeIfAbsent(key, some -> new Group(run.experiment(), tags, new ArrayList<>()))
                    .runs()
                    .add(run);
        }
        List<Group> kept =
                groups.values().stream().limit(question.seriesLimit()).toList();
        int chosen = kept.stream().mapToInt(group -> group.runs().size()).sum();
        if (chosen > Points.MOST_CURVES) {
            throw refusal(chosen + " runs are chosen, and " + Points.MOST_CURVES
                    + " may be: choose some by run_id, run_name or status, or take the newest by GROUP BY \"run_id\""
                    + " and SLIMIT " + Points.MOST_CURVES + ".");
        }
        return kept;
    }

    /** The values as they were logged: rows of what has one timestamp and one step. */
    private List<Series> logged(Select question, List<Group> groups) {
        List<String> keys = keys(question);
        var where = question.where();
        var rows = new HashMap<String, HashMap<RowKey, @Nullable Object[]>>();
        Points.Receiver receiver = (run, point) -> {
            if (point.step() < where.steps().from()
                    || point.step() > where.steps().to()) {
                return;
            }
            var ofRun = rows.computeIfAbsent(run.info().runId(), some -> new HashMap<>());
            int column = keys.indexOf(point.key());
            for (int nth = 0; ; nth++) {
                var row = ofRun.computeIfAbsent(
                        new RowKey(point.timestampMillis(), point.step(), nth), some -> new Object[keys.size()]);
                if (row[column] == null) {
                    row[column] = point.value();
                    return;
                }
            }
        };
        // The first rows of what was reduced are not the first rows.
        boolean whole = question.limit() < Integer.MAX_VALUE || !where.steps().equals(Range.ALL);
        if (whole) {
            points.all(chosen(groups), keys, Axis.TIME, where.time(), receiver);
        } else {
            points.drawn(chosen(groups), keys, Axis.TIME, where.time(), receiver);
        }
        var columns = Stream.concat(
                        Stream.of("time"), question.columns().stream().map(Column::name))
                .toList();
        var series = new ArrayList<Series>();
        var budget = new Budget();
        for (Group group : groups) {
            var found = group.runs().stream()
                    .flatMap(run -> rows.getOrDefault(run.info().runId(), new HashMap<>()).entrySet().stream())
                    .sorted(Map.Entry.comparingByKey(question.descending() ? RowKey.ORDER.reversed() : RowKey.ORDER))
                    .limit(question.limit())
                    .map(row -> row(question, keys, row.getKey(), row.getValue()))
                    .toList();
            if (!found.isEmpty()) {
                budget.spend((long) found.size() * columns.size());
                series.add(new Series(group.experiment(), group.tags(), columns, found));
            }
        }
        return series;
    }

    private record RowKey(long time, long step, int nth) {

        private static final Comparator<RowKey> ORDER = Comparator.comparingLong(RowKey::time)
                .thenComparingLong(RowKey::step)
                .thenComparingInt(RowKey::nth);
    }

    private static List<@Nullable Object> row(
            Select question, List<String> keys, RowKey place, @Nullable Object[] values) {
        var row = new ArrayList<@Nullable Object>();
        row.add(place.time());
        for (Column column : question.columns()) {
            row.add(
                    switch (column) {
                        case Step _ -> place.step();
                        case Plain plain -> values[keys.indexOf(plain.key())];
                        case Computed _ -> throw new IllegalStateException("Not mixed");
                    });
        }
        return row;
    }

    /** One row for each group. */
    private List<Series> summaries(Select question, List<Group> groups) {
        Map<Group, TreeMap<Long, Summary[]>> parts =
                summarised(question, groups, Axis.TIME, question.where().time(), point -> 0);
        var series = new ArrayList<Series>();
        for (Group group : groups) {
            Summary[] found = parts.getOrDefault(group, new TreeMap<>()).get(0L);
            if (found == null) {
                continue;
            }
            var row = new ArrayList<@Nullable Object>();
            row.add(timeOf(question, found));
            values(question, found, row);
            series.add(new Series(group.experiment(), group.tags(), timed(question), List.of(row)));
        }
        return series;
    }

    /** That of the point, where one is all that is chosen; else the beginning of the range. */
    private static long timeOf(Select question, Summary[] found) {
        if (question.columns().size() == 1 && question.columns().getFirst() instanceof Computed only) {
            Point point = found[0].chosen(only);
            if (point != null) {
                return point.timestampMillis();
            }
        }
        return Math.max(0, question.where().time().from());
    }

    private List<Series> partsOfTime(Select question, Parts.OfTime cut, List<Group> groups) {
        var range = question.where().time();
        if (range.from() > Long.MIN_VALUE && range.to() < Long.MAX_VALUE) {
            // Refused before anything is read.
            checkParts(part(range.from(), cut), part(range.to(), cut), cut.width(), groups.size());
        }
        Map<Group, TreeMap<Long, Summary[]>> parts =
                summarised(question, groups, Axis.TIME, range, point -> part(point.timestampMillis(), cut));
        var series = new ArrayList<Series>();
        var budget = new Budget();
        for (Group group : groups) {
            TreeMap<Long, Summary[]> found = parts.get(group);
            if (found == null) {
                continue;
            }
            long first = range.from() == Long.MIN_VALUE ? found.firstKey() : part(range.from(), cut);
            long last = range.to() == Long.MAX_VALUE ? found.lastKey() : part(range.to(), cut);
            if (!(question.fill() instanceof Fill.None)) {
                checkParts(first, last, cut.width(), 1);
            }
            List<List<@Nullable Object>> rows = filled(question, found, first, last, cut.width());
            if (question.descending()) {
                Collections.reverse(rows);
            }
            rows = rows.subList(0, Math.min(rows.size(), question.limit()));
            budget.spend((long) rows.size() * (question.columns().size() + 1));
            series.add(new Series(group.experiment(), group.tags(), timed(question), rows));
        }
        return series;
    }

    private static long part(long millis, Parts.OfTime cut) {
        return Math.floorDiv(millis - cut.offset(), cut.width()) * cut.width() + cut.offset();
    }

    private static void checkParts(long first, long last, long width, int groups) {
        if ((last - first) / width >= MOST_VALUES / groups) {
            throw refusal("Parts of " + width + " ms are more than " + MOST_VALUES
                    + " values for all series: group by a longer time, or choose less of it.");
        }
    }

    private static List<List<@Nullable Object>> filled(
            Select question, TreeMap<Long, Summary[]> found, long first, long last, long width) {
        var rows = new ArrayList<List<@Nullable Object>>();
        if (question.fill() instanceof Fill.None) {
            found.forEach((start, summaries) -> {
                var row = new ArrayList<@Nullable Object>();
                row.add(start);
                values(question, summaries, row);
                rows.add(row);
            });
            return rows;
        }
        for (long start = first; start <= last; start += width) {
            var row = new ArrayList<@Nullable Object>();
            row.add(start);
            Summary[] summaries = found.get(start);
            if (summaries == null) {
                question.columns().forEach(column -> row.add(null));
            } else {
                values(question, summaries, row);
            }
            rows.add(row);
        }
        for (int column = 1; column <= question.columns().size(); column++) {
            fill(question, rows, column);
        }
        return rows;
    }

    private static void fill(Select question, List<List<@Nullable Object>> rows, int column) {
        switch (question.fill()) {
            case Fill.Unsaid _ -> {
                if (question.columns().get(column - 1) instanceof Computed computed
                        && computed.function() == Function.COUNT) {
                    replace(rows, column, number -> 0L);
                }
            }
            case Fill.Null _, Fill.None _ -> {} // As they are.
            case Fill.Value value -> replace(rows, column, number -> value.number());
            case Fill.Previous _ ->
                replace(
                        rows,
                        column,
                        number -> number == 0 ? null : rows.get(number - 1).get(column));
            case Fill.Linear _ -> {
                int before = -1;
                for (int i = 0; i < rows.size(); i++) {
                    if (rows.get(i).get(column) instanceof Number to) {
                        for (int between = before + 1; before >= 0 && between < i; between++) {
                            double from = ((Number) rows.get(before).get(column)).doubleValue();
                            rows.get(between)
                                    .set(column, from + (to.doubleValue() - from) * (between - before) / (i - before));
                        }
                        before = i;
                    }
                }
            }
        }
    }

    private static void replace(List<List<@Nullable Object>> rows, int column, IntFunction<@Nullable Object> number) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).get(column) == null) {
                rows.get(i).set(column, number.apply(i));
            }
        }
    }

    /** One table, in which each group is a column: what Grafana's trend panel draws. */
    private List<Series> partsOfSteps(Select question, Parts.OfSteps cut, List<Group> groups) {
        if (!question.where().time().equals(Range.ALL)) {
            throw refusal("By step, runs are compared whatever time they ran at: leave out the condition on time.");
        }
        switch (question.fill()) {
            case Fill.Unsaid _, Fill.Null _, Fill.None _ -> {} // What a run has not logged stays null.
            case Fill.Previous _, Fill.Linear _, Fill.Value _ ->
                throw refusal("By step, nothing is filled in: let the panel connect null values.");
        }
        Range range = question.where().steps();
        long width = cut.width() > 0 ? cut.width() : width(question, groups, range);
        Map<Group, TreeMap<Long, Summary[]>> parts =
                summarised(question, groups, Axis.STEP, range, point -> Math.floorDiv(point.step(), width) * width);
        List<Group> found = groups.stream().filter(parts::containsKey).toList();
        if (found.isEmpty()) {
            return List.of();
        }
        int across = question.columns().size();
        var table = new TreeMap<Long, @Nullable Object[]>(
                question.descending() ? Comparator.<Long>reverseOrder() : Comparator.<Long>naturalOrder());
        var budget = new Budget();
        for (int i = 0; i < found.size(); i++) {
            for (var part : parts.getOrDefault(found.get(i), new TreeMap<>()).entrySet()) {
                @Nullable Object[] row = table.get(part.getKey());
                if (row == null) {
                    budget.spend((long) found.size() * across + 1);
                    row = new Object[found.size() * across];
                    table.put(part.getKey(), row);
                }
                var values = new ArrayList<@Nullable Object>();
                values(question, part.getValue(), values);
                for (int j = 0; j < across; j++) {
                    row[i * across + j] = values.get(j);
                }
            }
        }
        var rows = new ArrayList<List<@Nullable Object>>();
        table.forEach((step, values) -> {
            if (rows.size() < question.limit()) {
                var row = new ArrayList<@Nullable Object>();
                row.add(step);
                row.addAll(Arrays.asList(values));
                rows.add(row);
            }
        });
        var columns = new ArrayList<String>();
        columns.add("step");
        columns.addAll(labels(question, found));
        boolean one = found.stream().map(Group::experiment).distinct().count() == 1;
        return List.of(new Series(one ? found.getFirst().experiment() : "experiments", Map.of(), columns, rows));
    }

    /** The least of 1, 2, 5, 10, 20 and so on that cuts all steps into few enough parts. */
    private long width(Select question, List<Group> groups, Range range) {
        long[] ends = {Long.MAX_VALUE, Long.MIN_VALUE};
        points.ends(chosen(groups), keys(question), Axis.STEP, range, (run, point) -> {
            ends[0] = Math.min(ends[0], point.step());
            ends[1] = Math.max(ends[1], point.step());
        });
        double all = (double) ends[1] - ends[0] + 1;
        long width = 1;
        for (int i = 1; all / width > PARTS_UNLESS_SAID; i++) {
            width = i % 3 == 2 ? width / 2 * 5 : width * 2;
        }
        return width;
    }

    /**
     * What the columns are called: by the tags that are grouped by. Among these a run's id is told, in short, only where
     * its name is not enough; without tags it is what is computed.
     */
    private static List<String> labels(Select question, List<Group> groups) {
        boolean named = question.grouping().tags().contains(Tags.RUN_NAME);
        boolean several = groups.stream().map(Group::experiment).distinct().count() > 1;
        var labels = new ArrayList<String>();
        for (Group group : groups) {
            boolean twice = groups.stream()
                            .filter(other -> group.tags()
                                    .getOrDefault(Tags.RUN_NAME, "")
                                    .equals(other.tags().get(Tags.RUN_NAME)))
                            .count()
                    > 1;
            var label = new ArrayList<String>();
            if (several && !group.tags().containsKey(Tags.EXPERIMENT)) {
                label.add(group.experiment());
            }
            group.tags().forEach((tag, value) -> {
                if (!named || !tag.equals(Tags.RUN_ID)) {
                    label.add(value);
                } else if (twice) {
                    label.add(value.substring(0, Math.min(SHORT_ID, value.length())));
                }
            });
            for (Column column : question.columns()) {
                if (label.isEmpty() || question.columns().size() > 1) {
                    labels.add((String.join(" ", label) + " " + column.name()).strip());
                } else {
                    labels.add(String.join(" ", label));
                }
            }
        }
        return labels;
    }

    /** The part that a point belongs to. */
    @FunctionalInterface
    private interface Part {
        long of(Point point);
    }

    /** Of each group and part the summaries of all columns, in the order of the columns. */
    private Map<Group, TreeMap<Long, Summary[]>> summarised(
            Select question, List<Group> groups, Axis axis, Range range, Part part) {
        var groupOf = new HashMap<String, Group>();
        groups.forEach(
                group -> group.runs().forEach(run -> groupOf.put(run.info().runId(), group)));
        boolean keepsValues = question.columns().stream()
                .anyMatch(column -> column instanceof Computed computed
                        && (computed.function() == Function.MEDIAN || computed.function() == Function.PERCENTILE));
        List<String> keys = keys(question);
        List<Integer> keyOf = question.columns().stream()
                .map(column -> keys.indexOf(((Computed) column).key()))
                .toList();
        Range steps = axis == Axis.STEP ? Range.ALL : question.where().steps();
        var found = new IdentityHashMap<Group, TreeMap<Long, Summary[]>>(); // By itself: a group is no value.
        points.all(chosen(groups), keys, axis, range, (run, point) -> {
            Group group = groupOf.get(run.info().runId());
            if (group == null || point.step() < steps.from() || point.step() > steps.to()) {
                return;
            }
            if (!Double.isFinite(point.value())) {
                return;
            }
            Summary[] ofKeys = found.computeIfAbsent(group, some -> new TreeMap<>())
                    .computeIfAbsent(part.of(point), some -> {
                        var fresh = new Summary[keys.size()];
                        Arrays.setAll(fresh, i -> new Summary(axis, keepsValues));
                        return fresh;
                    });
            ofKeys[keys.indexOf(point.key())].add(point);
        });
        found.values()
                .forEach(parts -> parts.replaceAll((place, ofKeys) ->
                        keyOf.stream().map(key -> ofKeys[key]).toArray(Summary[]::new)));
        return found;
    }

    private static void values(Select question, Summary[] summaries, List<@Nullable Object> into) {
        for (int i = 0; i < summaries.length; i++) {
            into.add(summaries[i].value((Computed) question.columns().get(i)));
        }
    }

    private static List<String> timed(Select question) {
        return Stream.concat(Stream.of("time"), question.columns().stream().map(Column::name))
                .toList();
    }

    private static List<TaggedRun> chosen(List<Group> groups) {
        return groups.stream().flatMap(group -> group.runs().stream()).toList();
    }

    /** The metrics, each once. */
    private static List<String> keys(Select question) {
        return question.columns().stream()
                .flatMap(column -> switch (column) {
                    case Plain plain -> Stream.of(plain.key());
                    case Computed computed -> Stream.of(computed.key());
                    case Step _ -> Stream.empty();
                })
                .distinct()
                .toList();
    }

    /** What an answer may still hold. */
    private static final class Budget {

        private long left = MOST_VALUES;

        private void spend(long values) {
            left -= values;
            if (left < 0) {
                throw new Problem.TooLarge("The answer has more than " + MOST_VALUES
                                + " values: group by a longer time or more steps, or choose fewer runs.")
                        .toException();
            }
        }
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
