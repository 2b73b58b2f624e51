package dev.fourfold.gateway.loki;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.loki.LogQl.Counts;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogCountQuery.By;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogOperations;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code count_over_time} at some moments, of which each counts the lines of the range before it: later than its
 * beginning, and up to the moment itself.
 */
final class CountSeries {

    /** What Grafana can draw, and Loki's own limit. */
    private static final int MOST_SERIES = 500;

    private static final int MOST_INTERVALS = 10_000;

    /** A series: what its labels are, and its counts by moment; moments without lines are left out. */
    record Series(Map<String, String> labels, List<Moment> moments) {}

    /** How many lines the range before a moment has. */
    record Moment(long nanos, long lines) {}

    private final LogOperations logs;
    private final Counts query;
    private final List<RunLabels> runs;
    private final LogFilter filter;

    CountSeries(LogOperations logs, Counts query, List<RunLabels> runs) {
        this.logs = logs;
        this.query = query;
        this.runs = runs;
        this.filter = Conditions.ofLines(query.lines());
    }

    /** The counts at {@code start}, and a step later, and so on up to {@code end}. */
    List<Series> at(long startNanos, long endNanos, long stepNanos) {
        if (runs.isEmpty()) {
            return List.of();
        }
        long range = query.rangeNanos();
        long each = gcd(range, stepNanos);
        long moments = (endNanos - startNanos) / stepNanos + 1;
        long last = startNanos + (moments - 1) * stepNanos;
        // Intervals as long as the range and the step have in common: each range is some of them.
        long from = startNanos - range + 1;
        if (from < 0) {
            from += Math.ceilDiv(-from, each) * each;
        }
        if ((last - from) / each + 1 > MOST_INTERVALS) {
            throw new Problem.InvalidArgument("A step of " + stepNanos / 1_000_000 + " ms and a range of "
                            + range / 1_000_000 + " ms make more than " + MOST_INTERVALS
                            + " intervals to count in: take a longer step, or a range that is a multiple of it.")
                    .toException();
        }
        var counts = logs.counts(new LogCountQuery(ids(), filter, from, last + 1, each, groups()));
        var series = new LinkedHashMap<Map<String, String>, TreeMap<Long, Long>>();
        Function<LogCount, Map<String, String>> labels = labels();
        for (LogCount count : counts) {
            series.computeIfAbsent(labels.apply(count), some -> new TreeMap<>())
                    .merge(count.fromNanos(), count.lines(), Long::sum);
            if (series.size() > MOST_SERIES) {
                throw new Problem.InvalidArgument(
                                "More than " + MOST_SERIES + " series: sum by fewer labels, or choose fewer runs.")
                        .toException();
            }
        }
        return series.entrySet().stream()
                .map(one -> new Series(one.getKey(), moments(one.getValue(), startNanos, moments, stepNanos)))
                .filter(one -> !one.moments().isEmpty())
                .toList();
    }

    /** Sums over a window that slides over the intervals that have lines. */
    private List<Moment> moments(TreeMap<Long, Long> counts, long first, long moments, long step) {
        var found = new ArrayList<Moment>();
        var entering = new ArrayList<>(counts.entrySet());
        int in = 0;
        int out = 0;
        long sum = 0;
        for (long i = 0; i < moments; i++) {
            long moment = first + i * step;
            while (in < entering.size() && entering.get(in).getKey() <= moment) {
                sum += entering.get(in++).getValue();
            }
            while (out < in && entering.get(out).getKey() <= moment - query.rangeNanos()) {
                sum -= entering.get(out++).getValue();
            }
            if (sum > 0) {
                found.add(new Moment(moment, sum));
            }
        }
        return found;
    }

    private List<String> ids() {
        return runs.stream().map(RunLabels::runId).toList();
    }

    private Set<By> groups() {
        var groups = EnumSet.noneOf(By.class);
        if (!query.summed()) {
            groups.addAll(EnumSet.allOf(By.class));
        }
        for (String label : query.by()) {
            switch (label) {
                case Labels.LEVEL, Labels.DETECTED_LEVEL -> groups.add(By.LEVEL);
                case Labels.STREAM -> groups.add(By.STREAM);
                case Labels.RANK ->
                    throw new Problem.InvalidArgument("Lines are not counted by 'rank' here.").toException();
                default -> {
                    if (Labels.OF_RUNS.contains(label)) {
                        groups.add(By.RUN);
                    } // Others are labels that no line has: they keep nothing apart.
                }
            }
        }
        return groups;
    }

    private Function<LogCount, Map<String, String>> labels() {
        Map<String, RunLabels> byId = runs.stream().collect(Collectors.toMap(RunLabels::runId, run -> run));
        return count -> {
            var all = new TreeMap<String, String>();
            if (count.runId() != null) {
                RunLabels run = byId.get(count.runId());
                if (run != null) {
                    run.putInto(all);
                }
            }
            if (count.stream() != null) {
                all.put(Labels.STREAM, count.stream());
            }
            LogLevel level = count.level();
            if (level != null) {
                all.put(Labels.LEVEL, level.name().toLowerCase(Locale.ROOT));
                if (query.by().contains(Labels.DETECTED_LEVEL)) {
                    all.put(Labels.DETECTED_LEVEL, level.name().toLowerCase(Locale.ROOT));
                }
            }
            if (query.summed()) {
                all.keySet().retainAll(query.by());
            }
            return all;
        };
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
