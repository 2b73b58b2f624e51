package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.grafana.InfluxQl.All;
import dev.fourfold.gateway.grafana.InfluxQl.Condition;
import dev.fourfold.gateway.grafana.InfluxQl.Equal;
import dev.fourfold.gateway.grafana.InfluxQl.Found;
import dev.fourfold.gateway.grafana.InfluxQl.Name;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunQuery;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which experiments and runs a statement is about. Everything that Grafana is told of either is asked for here. Deleted
 * runs are found by their id only.
 */
@Singleton
final class ChosenRuns {

    static final int MOST_RUNS = 1_000;
    static final int MOST_EXPERIMENTS = 1_000;

    /** Some ids: what Grafana makes of a variable with several values. */
    private static final Pattern IDS = Pattern.compile("\\^?\\(?([0-9a-zA-Z_-]+(?:\\|[0-9a-zA-Z_-]+)*)\\)?\\$?");

    private final ExperimentOperations experiments;
    private final RunOperations runs;

    ChosenRuns(ExperimentOperations experiments, RunOperations runs) {
        this.experiments = experiments;
        this.runs = runs;
    }

    /** The active experiments with such names, the newest first. */
    List<Experiment> experiments(Name name) {
        return switch (name) {
            case Name.OneOf some ->
                some.names().stream()
                        .distinct()
                        .flatMap(one -> orAbsent(() -> experiments.getByName(one)).stream())
                        .toList();
            case Name.Any _, Name.Matching _ -> {
                var page = experiments.search(
                        new ExperimentQuery(null, List.of(), ViewType.ACTIVE_ONLY, MOST_EXPERIMENTS, null));
                if (page.nextPageToken() != null && name instanceof Name.Matching) {
                    throw refusal("More than " + MOST_EXPERIMENTS + " experiments: name one, as in FROM \"name\".");
                }
                yield page.experiments().stream()
                        .filter(experiment -> name.holds(experiment.name()))
                        .toList();
            }
        };
    }

    /** The runs of such experiments that meet a condition, the newest first, or as the condition names them. */
    List<TaggedRun> of(Name experiment, Condition condition) {
        List<String> ids = ids(condition);
        List<TaggedRun> found = ids == null ? searched(experiment, condition) : named(ids, experiment);
        return found.stream().filter(run -> run.meets(condition)).toList();
    }

    /** As {@link #of}, but where there are too many runs the newest of them. */
    List<TaggedRun> newest(Name experiment, Condition condition) {
        List<String> ids = ids(condition);
        List<TaggedRun> found;
        if (ids != null) {
            found = named(ids, experiment);
        } else {
            List<Experiment> chosen = experiments(experiment);
            found = chosen.isEmpty() ? List.of() : tagged(search(chosen, filter(condition), MOST_RUNS), chosen);
        }
        return found.stream().filter(run -> run.meets(condition)).toList();
    }

    /** The newest runs of such experiments, with what PostgreSQL knows of their metrics. */
    List<Run> newest(Name experiment, int most) {
        List<Experiment> chosen = experiments(experiment);
        return chosen.isEmpty() ? List.of() : search(chosen, null, most).runs();
    }

    /**
     * The runs that meet a filter among those that a condition may be about, at most {@link #MOST_RUNS}; where the
     * condition names runs, these.
     *
     * @param filter in MLflow's grammar, made of numbers only
     */
    List<TaggedRun> matching(String filter, Condition condition) {
        List<String> ids = ids(condition);
        if (ids != null) {
            return named(ids, new Name.Any());
        }
        List<Experiment> chosen = experiments(experiment(condition));
        return chosen.isEmpty() ? List.of() : complete(chosen, filter);
    }

    /** The runs with these ids that there are. */
    List<TaggedRun> named(List<String> ids) {
        return ids.isEmpty() ? List.of() : named(ids, new Name.Any());
    }

    /**
     * Which runs' models a condition may be about.
     *
     * @param runIds empty where it names none
     * @param experimentIds empty where it names none, or names runs
     */
    record Scope(List<String> runIds, List<String> experimentIds) {}

    /** What a condition confines the runs of models to; absent where there is no such run. */
    Optional<Scope> scope(Condition condition) {
        List<String> ids = ids(condition);
        // What has no run has an empty id.
        if (ids != null && !ids.contains("")) {
            List<String> found =
                    named(ids).stream().map(run -> run.info().runId()).toList();
            return found.isEmpty() ? Optional.empty() : Optional.of(new Scope(found, List.of()));
        }
        if (experiment(condition) instanceof Name.OneOf some && !some.names().contains("")) {
            List<String> found =
                    experiments(some).stream().map(Experiment::experimentId).toList();
            return found.isEmpty() ? Optional.empty() : Optional.of(new Scope(List.of(), found));
        }
        return Optional.of(new Scope(List.of(), List.of()));
    }

    private static Name experiment(Condition condition) {
        return switch (condition) {
            case All all ->
                all.parts().stream()
                        .map(ChosenRuns::experiment)
                        .filter(Name.OneOf.class::isInstance)
                        .findFirst()
                        .orElse(new Name.Any());
            case Equal equal
            when equal.tag().equals(Tags.EXPERIMENT) && !equal.negative() -> new Name.OneOf(List.of(equal.value()));
            case Equal _, Found _, InfluxQl.OneOf _ -> new Name.Any();
        };
    }

    private List<TaggedRun> named(List<String> ids, Name experiment) {
        if (ids.size() > MOST_RUNS) {
            throw tooMany();
        }
        var names = new LinkedHashMap<String, String>();
        var found = new ArrayList<TaggedRun>();
        for (RunInfo run : infos(ids)) {
            String name = names.computeIfAbsent(
                    run.experimentId(), id -> experiments.get(id).name());
            if (experiment.holds(name)) {
                found.add(new TaggedRun(run, name));
            }
        }
        return found;
    }

    /** All at once; one by one where some are absent. */
    private List<RunInfo> infos(List<String> ids) {
        return orAbsent(() -> runs.infos(ids))
                .orElseGet(() -> ids.stream()
                        .flatMap(id -> orAbsent(() -> runs.infos(List.of(id))).stream())
                        .flatMap(List::stream)
                        .toList());
    }

    private List<TaggedRun> searched(Name experiment, Condition condition) {
        List<Experiment> chosen = experiments(experiment);
        return chosen.isEmpty() ? List.of() : complete(chosen, filter(condition));
    }

    private List<TaggedRun> complete(List<Experiment> chosen, @Nullable String filter) {
        RunPage page = search(chosen, filter, MOST_RUNS);
        if (page.nextPageToken() != null) {
            throw tooMany();
        }
        return tagged(page, chosen);
    }

    private static List<TaggedRun> tagged(RunPage page, List<Experiment> chosen) {
        Map<String, String> names =
                chosen.stream().collect(Collectors.toMap(Experiment::experimentId, Experiment::name, (a, b) -> a));
        return page.runs().stream()
                .map(run ->
                        new TaggedRun(run.info(), names.getOrDefault(run.info().experimentId(), "")))
                .toList();
    }

    private RunPage search(List<Experiment> chosen, @Nullable String filter, int most) {
        return runs.search(new RunQuery(
                chosen.stream().map(Experiment::experimentId).distinct().toList(),
                filter,
                ViewType.ACTIVE_ONLY,
                most,
                List.of(),
                null));
    }

    /** The ids that a condition lets through, or null where it does not say. */
    private static @Nullable List<String> ids(Condition condition) {
        return switch (condition) {
            case All all -> {
                Set<String> least = null;
                for (Condition part : all.parts()) {
                    List<String> ids = ids(part);
                    if (ids != null && (least == null || ids.size() < least.size())) {
                        least = new LinkedHashSet<>(ids);
                    }
                }
                yield least == null ? null : List.copyOf(least);
            }
            case InfluxQl.OneOf some -> {
                var all = new LinkedHashSet<String>();
                for (Condition part : some.parts()) {
                    List<String> ids = ids(part);
                    if (ids == null) {
                        yield null;
                    }
                    all.addAll(ids);
                }
                yield List.copyOf(all);
            }
            case Equal equal -> equal.tag().equals(Tags.RUN_ID) && !equal.negative() ? List.of(equal.value()) : null;
            case Found found -> {
                var matcher = IDS.matcher(found.expression());
                boolean whole =
                        found.expression().startsWith("^") && found.expression().endsWith("$");
                // Unanchored, ^a|b$ means something else: only brackets, or one id, make a list of it.
                boolean list =
                        found.expression().contains("(") || !found.expression().contains("|");
                yield found.tag().equals(Tags.RUN_ID) && !found.negative() && whole && list && matcher.matches()
                        ? List.of(matcher.group(1).split("\\|"))
                        : null;
            }
        };
    }

    /** What of a condition the database can look for, where no text of it would need quoting. */
    private static @Nullable String filter(Condition condition) {
        return switch (condition) {
            case All all ->
                all.parts().stream()
                        .map(ChosenRuns::filter)
                        .filter(part -> part != null)
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(" AND "), joined -> joined.isEmpty() ? null : joined));
            case Equal equal
            when !equal.negative() && equal.value().matches("[\\w .:/-]+") ->
                switch (equal.tag()) {
                    case Tags.RUN_NAME -> "attributes.run_name = '" + equal.value() + "'";
                    case Tags.STATUS -> "attributes.status = '" + equal.value() + "'";
                    default -> null;
                };
            case Equal _, Found _, InfluxQl.OneOf _ -> null;
        };
    }

    private static <T> Optional<T> orAbsent(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound || e.problem() instanceof Problem.InvalidArgument) {
                return Optional.empty(); // What nothing matches is no error.
            }
            throw e;
        }
    }

    private static RuntimeException tooMany() {
        return refusal("More than " + MOST_RUNS + " runs: choose some by run_id or run_name.");
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
