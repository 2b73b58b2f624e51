package dev.fourfold.gateway.loki;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.loki.LogQl.Comparison;
import dev.fourfold.gateway.loki.LogQl.Lines;
import dev.fourfold.gateway.loki.LogQl.Matcher;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentPage;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunQuery;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which runs a selector chooses. It must name runs or an experiment: lines belong to runs, and there may be any number of
 * those. Deleted runs are found by their id only.
 */
@Singleton
final class SelectedRuns {

    static final int MOST_RUNS = 1_000;
    private static final int MOST_EXPERIMENTS = 1_000;

    /** Some ids: what Grafana makes of a variable with several values. */
    private static final Pattern IDS = Pattern.compile("\\(?[\\w-]+(\\|[\\w-]+)*\\)?");

    private final ExperimentOperations experiments;
    private final RunOperations runs;

    SelectedRuns(ExperimentOperations experiments, RunOperations runs) {
        this.experiments = experiments;
        this.runs = runs;
    }

    /** The runs whose lines are asked for. */
    List<RunLabels> of(Lines lines) {
        var holds = Conditions.ofRuns(lines);
        Optional<List<String>> ids = lines.matchers().stream()
                .filter(matcher -> matcher.label().equals(Labels.RUN_ID))
                .flatMap(matcher -> ids(matcher).stream())
                .findFirst();
        List<RunLabels> found;
        if (ids.isPresent()) {
            found = named(ids.get());
        } else if (lines.matchers().stream()
                .anyMatch(matcher -> Labels.OF_RUNS.contains(matcher.label())
                        && !matcher.comparison().negative())) {
            found = ofExperiments(experiments(lines), lines);
        } else {
            throw new Problem.InvalidArgument("Which runs? Name them, or an experiment, as in {run_id=\"...\"} or"
                            + " {experiment=\"...\", run_name=~\"...\"}.")
                    .toException();
        }
        return found.stream().filter(holds).toList();
    }

    /** The runs that began last, for questions that name none. */
    List<RunLabels> newest(int most) {
        List<Experiment> all = experiments.search(page(most)).experiments();
        return all.isEmpty() ? List.of() : labelled(runs.search(query(all, null, most)), names(all));
    }

    /** The names and ids of experiments. */
    List<Experiment> experiments() {
        return experiments.search(page(MOST_EXPERIMENTS)).experiments();
    }

    private static Optional<List<String>> ids(Matcher matcher) {
        if (matcher.comparison() == Comparison.EQUAL) {
            return Optional.of(List.of(matcher.value()));
        }
        if (matcher.comparison() == Comparison.MATCHES
                && IDS.matcher(matcher.value()).matches()) {
            String plain = matcher.value().replaceAll("[()]", "");
            return Optional.of(List.of(plain.split("\\|")));
        }
        return Optional.empty();
    }

    private List<RunLabels> named(List<String> ids) {
        if (ids.size() > MOST_RUNS) {
            throw tooMany();
        }
        var found = new ArrayList<RunLabels>();
        var names = new HashMap<String, String>();
        for (String id : ids.stream().distinct().toList()) {
            run(id).ifPresent(run -> found.add(RunLabels.of(
                    run,
                    names.computeIfAbsent(
                            run.experimentId(),
                            experiment -> experiments.get(experiment).name()))));
        }
        return found;
    }

    private Optional<RunInfo> run(String id) {
        return orAbsent(() -> runs.infos(List.of(id)).getFirst());
    }

    private List<Experiment> experiments(Lines lines) {
        for (Matcher matcher : lines.matchers()) {
            if (matcher.comparison() == Comparison.EQUAL) {
                if (matcher.label().equals(Labels.EXPERIMENT_ID)) {
                    return orAbsent(() -> experiments.get(matcher.value())).stream()
                            .toList();
                }
                if (matcher.label().equals(Labels.EXPERIMENT)) {
                    return orAbsent(() -> experiments.getByName(matcher.value())).stream()
                            .toList();
                }
            }
        }
        ExperimentPage page = experiments.search(page(MOST_EXPERIMENTS));
        if (page.nextPageToken() != null) {
            throw new Problem.InvalidArgument(
                            "More than " + MOST_EXPERIMENTS + " experiments: name one, as in {experiment=\"...\"}.")
                    .toException();
        }
        var holds = Conditions.ofRuns(new Lines(
                lines.matchers().stream()
                        .filter(matcher -> matcher.label().equals(Labels.EXPERIMENT)
                                || matcher.label().equals(Labels.EXPERIMENT_ID))
                        .toList(),
                List.of()));
        return page.experiments().stream()
                .filter(experiment -> holds.test(new RunLabels("", "", experiment.experimentId(), experiment.name())))
                .toList();
    }

    private List<RunLabels> ofExperiments(List<Experiment> chosen, Lines lines) {
        if (chosen.isEmpty()) {
            return List.of();
        }
        RunPage page = runs.search(query(chosen, nameFilter(lines), MOST_RUNS));
        if (page.nextPageToken() != null) {
            throw tooMany();
        }
        return labelled(page, names(chosen));
    }

    /** An exact name is looked for in the database, where it has no character that would need quoting. */
    private static @Nullable String nameFilter(Lines lines) {
        return lines.matchers().stream()
                .filter(matcher -> matcher.label().equals(Labels.RUN_NAME)
                        && matcher.comparison() == Comparison.EQUAL
                        && matcher.value().matches("[\\w .:/-]+"))
                .findFirst()
                .map(matcher -> "attributes.run_name = '" + matcher.value() + "'")
                .orElse(null);
    }

    private static List<RunLabels> labelled(RunPage page, Map<String, String> names) {
        return page.runs().stream()
                .map(run ->
                        RunLabels.of(run.info(), names.getOrDefault(run.info().experimentId(), "")))
                .toList();
    }

    private static Map<String, String> names(List<Experiment> experiments) {
        return experiments.stream().collect(Collectors.toMap(Experiment::experimentId, Experiment::name));
    }

    private static RunQuery query(List<Experiment> chosen, @Nullable String filter, int most) {
        return new RunQuery(
                chosen.stream().map(Experiment::experimentId).toList(),
                filter,
                ViewType.ACTIVE_ONLY,
                most,
                List.of(),
                null);
    }

    private static ExperimentQuery page(int most) {
        return new ExperimentQuery(null, List.of(), ViewType.ACTIVE_ONLY, most, null);
    }

    private static <T> Optional<T> orAbsent(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound || e.problem() instanceof Problem.InvalidArgument) {
                return Optional.empty(); // A selector that nothing matches is no error.
            }
            throw e;
        }
    }

    private static RuntimeException tooMany() {
        return new Problem.InvalidArgument("More than " + MOST_RUNS + " runs: choose some by run_id or run_name.")
                .toException();
    }
}
