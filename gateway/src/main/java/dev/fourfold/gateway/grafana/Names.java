package dev.fourfold.gateway.grafana;

import dev.fourfold.gateway.grafana.Answer.Series;
import dev.fourfold.gateway.grafana.InfluxQl.Name;
import dev.fourfold.gateway.grafana.InfluxQl.ShowFieldKeys;
import dev.fourfold.gateway.grafana.InfluxQl.ShowMeasurements;
import dev.fourfold.gateway.grafana.InfluxQl.ShowTagKeys;
import dev.fourfold.gateway.grafana.InfluxQl.ShowTagValues;
import dev.fourfold.gateway.grafana.InfluxQl.Source;
import dev.fourfold.gateway.grafana.InfluxQl.Where;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What there is to ask for: experiments, tags, metrics. */
@Singleton
final class Names {

    static final List<Series> DATABASES =
            List.of(new Series("databases", Map.of(), List.of("name"), List.of(List.of(InfluxQlReader.DATABASE))));

    static final List<Series> RETENTION_POLICIES = List.of(new Series(
            "",
            Map.of(),
            List.of("name", "duration", "shardGroupDuration", "replicaN", "default"),
            List.of(List.of(InfluxQlReader.POLICY, "0s", "168h0m0s", 1, true))));

    /** The name of answers that are about no one experiment. */
    private static final String EXPERIMENTS = "experiments";

    /** Of so many of the newest runs the metrics are told. */
    private static final int RUNS_FOR_METRICS = 200;

    private static final List<String> EVENT_TYPES = List.of("end", "failure", "promotion", "start", "version");

    private final ChosenRuns runs;

    Names(ChosenRuns runs) {
        this.runs = runs;
    }

    List<Series> measurements(ShowMeasurements show) {
        var names = Stream.concat(
                        runs.experiments(new Name.Any()).stream().map(Experiment::name), Stream.of(Events.NAME))
                .filter(show.names()::holds)
                .sorted()
                .distinct()
                .toList();
        if (!show.where().equals(Where.ALL)) {
            var having = runs.of(show.names(), show.where().tags()).stream()
                    .map(TaggedRun::experiment)
                    .toList();
            names = names.stream().filter(having::contains).toList();
        }
        return rows("measurements", List.of("name"), names, show.limit());
    }

    List<Series> tagKeys(ShowTagKeys show) {
        boolean events = show.from() != null && Events.areMeant(show.from().name());
        return rows(name(show.from()), List.of("tagKey"), events ? Tags.OF_EVENTS : Tags.OF_RUNS, show.limit());
    }

    List<Series> tagValues(ShowTagValues show) {
        if (show.from() != null && Events.areMeant(show.from().name())) {
            return show.keys().holds(Tags.TYPE)
                    ? pairs(Events.NAME, Map.of(Tags.TYPE, EVENT_TYPES), show.limit())
                    : List.of();
        }
        Name from = show.from() == null ? new Name.Any() : show.from().name();
        List<String> keys = Tags.OF_RUNS.stream().filter(show.keys()::holds).toList();
        if (keys.isEmpty()) {
            return List.of();
        }
        var values = new LinkedHashMap<String, Collection<String>>();
        boolean experimentsOnly = show.where().equals(Where.ALL)
                && keys.stream().allMatch(key -> key.equals(Tags.EXPERIMENT) || key.equals(Tags.EXPERIMENT_ID));
        if (experimentsOnly) {
            List<Experiment> found = runs.experiments(from);
            for (String key : keys) {
                values.put(
                        key,
                        new TreeSet<>(found.stream()
                                .map(experiment ->
                                        key.equals(Tags.EXPERIMENT) ? experiment.name() : experiment.experimentId())
                                .toList()));
            }
        } else {
            List<TaggedRun> found = found(from, show);
            for (String key : keys) {
                // Runs and their names in the order of runs, the newest first; the rest in that of names.
                var all = found.stream().map(run -> run.tag(key)).filter(value -> !value.isEmpty());
                boolean ofEach = key.equals(Tags.RUN) || key.equals(Tags.RUN_ID) || key.equals(Tags.RUN_NAME);
                values.put(key, (ofEach ? all : all.sorted()).distinct().toList());
            }
        }
        return pairs(name(show.from()), values, show.limit());
    }

    private List<TaggedRun> found(Name from, ShowTagValues show) {
        var time = show.where().time();
        // Where there are more, these are the newest: a list to choose from is better than none.
        return runs.newest(from, show.where().tags()).stream()
                .filter(run -> ranWithin(run.info(), time))
                .toList();
    }

    private static boolean ranWithin(RunInfo run, InfluxQl.Range time) {
        Long end = run.endTimeMillis();
        return run.startTimeMillis() <= time.to() && (end == null || end >= time.from());
    }

    List<Series> fieldKeys(ShowFieldKeys show) {
        if (show.from() != null && Events.areMeant(show.from().name())) {
            return rows(Events.NAME, List.of("fieldKey", "fieldType"), List.of("tags", "text", "title"), show.limit());
        }
        Name from = show.from() == null ? new Name.Any() : show.from().name();
        var keys = new TreeSet<String>();
        for (Run run : runs.newest(from, RUNS_FOR_METRICS)) {
            run.metrics().stream().map(Metric::key).forEach(keys::add);
        }
        if (keys.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<List<@Nullable Object>>();
        keys.forEach(key -> rows.add(List.of(key, "float")));
        if (!keys.contains("step")) {
            rows.add(List.of("step", "integer"));
        }
        return List.of(new Series(
                name(show.from()),
                Map.of(),
                List.of("fieldKey", "fieldType"),
                rows.subList(0, Math.min(rows.size(), show.limit()))));
    }

    private static String name(@Nullable Source from) {
        return from != null
                        && from.name() instanceof Name.OneOf some
                        && some.names().size() == 1
                ? some.names().getFirst()
                : EXPERIMENTS;
    }

    private static List<Series> pairs(String name, Map<String, ? extends Collection<String>> values, int limit) {
        var rows = new ArrayList<List<@Nullable Object>>();
        values.forEach((key, ofKey) -> ofKey.forEach(value -> rows.add(List.of(key, value))));
        return rows.isEmpty()
                ? List.of()
                : List.of(new Series(
                        name, Map.of(), List.of("key", "value"), rows.subList(0, Math.min(rows.size(), limit))));
    }

    private static List<Series> rows(String name, List<String> columns, List<String> values, int limit) {
        if (values.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<List<@Nullable Object>>();
        values.stream()
                .limit(limit)
                .forEach(value -> rows.add(columns.size() == 1 ? List.of(value) : List.of(value, "string")));
        return List.of(new Series(name, Map.of(), columns, rows));
    }
}
