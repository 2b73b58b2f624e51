package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunQuery;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lines of an experiment's runs as one. */
@Controller(V1.PATH + "/experiments/{experimentId}/logs")
@Produces(MediaType.ALL)
final class ExperimentLogController {

    private static final int MOST_RUNS = 1_000;
    private static final Set<String> PAGE = Set.of("run_filter", "order", "cursor", "limit");
    private static final Set<String> COUNTS = Set.of("run_filter", "buckets", "interval", "by");

    private final LogOperations logs;
    private final ExperimentOperations experiments;
    private final RunOperations runs;

    ExperimentLogController(LogOperations logs, ExperimentOperations experiments, RunOperations runs) {
        this.logs = logs;
        this.experiments = experiments;
        this.runs = runs;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> search(HttpRequest<?> request, String experimentId) {
        var question = new LogQuestion(request, PAGE);
        List<String> runIds = runsOf(request, experimentId);
        return LogAnswer.page(
                runIds.isEmpty() ? new LogPage(List.of(), null) : logs.search(question.page(runIds)), true);
    }

    @Access(AccessLevel.READ)
    @Get("/counts")
    HttpResponse<byte[]> counts(HttpRequest<?> request, String experimentId) {
        var question = new LogQuestion(request, COUNTS);
        List<String> runIds = runsOf(request, experimentId);
        return runIds.isEmpty()
                ? LogAnswer.counts(Optional.empty(), List.of())
                : LogController.counts(logs, question, runIds);
    }

    /** The runs that are not deleted, all of them or those that a filter in MLflow's grammar wants. */
    private List<String> runsOf(HttpRequest<?> request, String experimentId) {
        experiments.get(experimentId);
        RunPage page = runs.search(new RunQuery(
                List.of(experimentId),
                new Query(request).text("run_filter"),
                ViewType.ACTIVE_ONLY,
                MOST_RUNS,
                List.of(),
                null));
        if (page.nextPageToken() != null) {
            throw LogQuestion.refusal(
                    "More than " + MOST_RUNS
                            + " runs are too many to search at once: choose some by 'run_filter', in the grammar of runs/search.");
        }
        return page.runs().stream().map(run -> run.info().runId()).toList();
    }
}
