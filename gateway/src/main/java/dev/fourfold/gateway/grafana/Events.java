package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.grafana.Answer.Series;
import dev.fourfold.gateway.grafana.InfluxQl.Column;
import dev.fourfold.gateway.grafana.InfluxQl.Name;
import dev.fourfold.gateway.grafana.InfluxQl.Plain;
import dev.fourfold.gateway.grafana.InfluxQl.Select;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.PromotionQuery;
import dev.fourfold.metadata.run.RunInfo;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened to runs and models, for Grafana's annotations: a measurement of which PostgreSQL knows every row. */
@Singleton
final class Events {

    /** The measurement. */
    static final String NAME = "fourfold_events";

    private static final int MOST = 1_000;

    /** The end of the year 9999. */
    private static final long LAST_MILLI = 253_402_300_799_999L;

    private static final List<String> FIELDS = List.of("title", "text", "tags", "type");

    private final ChosenRuns runs;
    private final ModelVersionOperations versions;

    Events(ChosenRuns runs, ModelVersionOperations versions) {
        this.runs = runs;
        this.versions = versions;
    }

    /** Whether a statement is about events. */
    static boolean areMeant(Name name) {
        return name instanceof Name.OneOf some && some.names().contains(NAME);
    }

    private record Event(
            long time,
            String type,
            String title,
            String text,
            String model,
            @Nullable TaggedRun run) implements Tagged {

        @Override
        public String tag(String name) {
            return switch (name) {
                case Tags.TYPE -> type;
                case Tags.MODEL -> model;
                default -> run == null ? "" : run.tag(name);
            };
        }

        private String column(String name) {
            return switch (name) {
                case "title" -> title;
                case "text" -> text;
                case "tags" ->
                    Stream.of(type, tag(Tags.RUN_NAME).replace(',', ' '), model)
                            .filter(tag -> !tag.isEmpty())
                            .collect(Collectors.joining(","));
                default -> tag(name);
            };
        }
    }

    List<Series> of(Select question) {
        check(question);
        var time = question.where().time();
        if (time.isEmpty() || time.to() < 0) {
            return List.of();
        }
        long from = Math.max(0, time.from());
        long to = Math.min(LAST_MILLI, time.to());
        var events = new ArrayList<Event>();
        ofRuns(question, from, to, events);
        ofVersions(from, to, events);
        ofPromotions(question, from, to, events);
        Comparator<Event> order = Comparator.comparingLong(Event::time);
        var rows = events.stream()
                .filter(event -> event.time() >= from && event.time() <= to)
                .filter(event -> event.meets(question.where().tags()))
                .sorted(question.descending() ? order.reversed() : order)
                .limit(question.limit())
                .map(event -> row(question, event))
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        if (rows.size() > MOST) {
            throw tooMany();
        }
        var columns = Stream.concat(
                        Stream.of("time"), question.columns().stream().map(Column::name))
                .toList();
        return List.of(new Series(NAME, Map.of(), columns, rows));
    }

    private static void check(Select question) {
        if (question.grouping().parts() != null || !question.grouping().tags().isEmpty()) {
            throw refusal("Events are not grouped.");
        }
        for (Column column : question.columns()) {
            if (!(column instanceof Plain plain)
                    || !(FIELDS.contains(plain.key()) || Tags.OF_EVENTS.contains(plain.key()))) {
                throw refusal("Events have the columns " + String.join(", ", FIELDS) + ", "
                        + String.join(", ", Tags.OF_EVENTS) + ", and nothing is computed of them.");
            }
        }
    }

    private static List<@Nullable Object> row(Select question, Event event) {
        var row = new ArrayList<@Nullable Object>();
        row.add(event.time());
        question.columns().forEach(column -> row.add(event.column(((Plain) column).key())));
        return row;
    }

    private void ofRuns(Select question, long from, long to, List<Event> into) {
        var found = new LinkedHashMap<String, TaggedRun>();
        for (String time : List.of("attributes.start_time", "attributes.end_time")) {
            String filter = time + " >= " + from + " AND " + time + " <= " + to;
            runs.matching(filter, question.where().tags())
                    .forEach(run -> found.put(run.info().runId(), run));
        }
        for (TaggedRun run : found.values()) {
            RunInfo info = run.info();
            String where = info.runName() + " in " + run.experiment();
            if (info.startTimeMillis() > 0) {
                into.add(new Event(info.startTimeMillis(), "start", "Run started", where, "", run));
            }
            Long end = info.endTimeMillis();
            if (end != null) {
                into.add(
                        switch (info.status()) {
                            case FAILED -> new Event(end, "failure", "Run failed", where, "", run);
                            case KILLED -> new Event(end, "failure", "Run killed", where, "", run);
                            case RUNNING, SCHEDULED, FINISHED -> new Event(end, "end", "Run ended", where, "", run);
                        });
            }
        }
    }

    private void ofVersions(long from, long to, List<Event> into) {
        var found = new ArrayList<ModelVersion>();
        String page = null;
        do {
            // The last changed first.
            var read = versions.search(new ModelVersionQuery(null, List.of(), MOST, page));
            for (ModelVersion version : read.versions()) {
                if (version.lastUpdatedTimeMillis() < from) {
                    read = null;
                    break;
                }
                found.add(version);
            }
            page = read == null ? null : read.nextPageToken();
            if (found.size() > 10 * MOST) {
                throw tooMany();
            }
        } while (page != null);
        var made = found.stream()
                .filter(version -> version.creationTimeMillis() >= from && version.creationTimeMillis() <= to)
                .toList();
        var sources = sources(made.stream().map(ModelVersion::runId));
        for (ModelVersion version : made) {
            into.add(new Event(
                    version.creationTimeMillis(),
                    "version",
                    "Model version made",
                    version.name() + " version " + version.version(),
                    version.name(),
                    sources.get(version.runId())));
        }
    }

    private void ofPromotions(Select question, long from, long to, List<Event> into) {
        var scope = runs.scope(question.where().tags());
        if (scope.isEmpty()) {
            return;
        }
        var found = versions.promotions(
                new PromotionQuery(from, to, scope.get().runIds(), scope.get().experimentIds(), 10 * MOST + 1));
        if (found.size() > 10 * MOST) {
            throw tooMany();
        }
        var sources = sources(found.stream().map(Promotion::runId));
        for (Promotion promotion : found.reversed()) {
            into.add(new Event(
                    promotion.timeMillis(),
                    "promotion",
                    switch (promotion.kind()) {
                        case ALIAS -> "Model has alias " + promotion.name();
                        case STAGE -> "Model in stage " + promotion.name();
                    },
                    promotion.model() + " version " + promotion.version(),
                    promotion.model(),
                    sources.get(promotion.runId())));
        }
    }

    /** The runs that models come from, by their ids. */
    private Map<String, TaggedRun> sources(Stream<String> runIds) {
        return runs.named(runIds.filter(id -> !id.isEmpty()).distinct().toList()).stream()
                .collect(Collectors.toMap(run -> run.info().runId(), Function.identity()));
    }

    private static RuntimeException tooMany() {
        return refusal(
                "More than " + MOST + " events: choose less time, or an experiment, as in WHERE \"experiment\" = '…'.");
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
