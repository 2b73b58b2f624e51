package dev.fourfold.gateway.mlflow;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One metric of many runs, as MLflow's web page asks for it by REST and by GraphQL. Runs that are absent have no points. */
@Singleton
public final class ManyHistories {

    static final int MOST_RUNS = 100;

    /** How many points of a run a chart gets at most, and unless said. */
    private static final int MOST_OF_A_RUN = 2_500;

    private static final int MOST_OF_ALL = 25_000;

    private final MetricOperations metrics;
    private final RunPlaces places;

    ManyHistories(MetricOperations metrics, RunPlaces places) {
        this.metrics = metrics;
        this.places = places;
    }

    /** The first points by run id, timestamp, step and value; more than 25,000 are never given. */
    List<PointBatch> bulk(List<String> runIds, String key, @Nullable Integer maxResults) {
        int most = Math.min(Objects.requireNonNullElse(maxResults, MOST_OF_ALL), MOST_OF_ALL);
        List<RunRef> runs = List.copyOf(known(new TreeSet<>(runIds)).values());
        if (runs.isEmpty() || key.isEmpty() || most == 0) {
            return List.of();
        }
        // What is left out as one with the point before leaves room for others.
        int asked = most;
        while (true) {
            List<PointBatch> read = metrics.bulk(new BulkQuery(runs, key, asked));
            List<PointBatch> distinct = read.stream()
                    .map(batch -> new PointBatch(
                            batch.experimentId(), batch.runId(), HistoryPages.distinct(null, batch.points())))
                    .toList();
            if (count(distinct) == most || count(read) < asked) {
                return distinct;
            }
            asked = most + count(read) - count(distinct);
        }
    }

    private static int count(List<PointBatch> batches) {
        return batches.stream().mapToInt(batch -> batch.points().size()).sum();
    }

    /**
     * An even sample of each run, run after run as asked, twice where asked twice.
     *
     * @param startStep and endStep: both, or neither
     */
    public List<PointBatch> sample(
            List<String> runIds,
            String key,
            @Nullable Long startStep,
            @Nullable Long endStep,
            @Nullable Integer maxResults) {
        if (runIds.size() > MOST_RUNS) {
            throw Refusals.outOfBounds("GetMetricHistoryBulkInterval request must specify at most " + MOST_RUNS
                    + " run_ids. Received " + runIds.size() + " run_ids.");
        }
        int most = Objects.requireNonNullElse(maxResults, MOST_OF_A_RUN);
        if (most < 1 || most > MOST_OF_A_RUN) {
            throw Refusals.outOfBounds("max_results must be between 1 and " + MOST_OF_A_RUN + ".");
        }
        if ((startStep == null) != (endStep == null)) {
            throw Refusals.refusal("If either start step or end step are specified, both must be specified.");
        }
        long from = startStep == null ? Long.MIN_VALUE : startStep;
        long to = endStep == null ? Long.MAX_VALUE : endStep;
        if (from > to) {
            throw Refusals.refusal(
                    "end_step must be greater than start_step. Found start_step=" + from + " and end_step=" + to + ".");
        }
        Map<String, RunRef> runs = known(runIds);
        if (runs.isEmpty()) {
            return List.of();
        }
        var byRun = new LinkedHashMap<String, PointBatch>();
        metrics.sample(new SampleQuery(List.copyOf(runs.values()), key, from, to, most))
                .forEach(batch -> byRun.put(batch.runId(), batch));
        return runIds.stream().map(byRun::get).filter(Objects::nonNull).toList();
    }

    private Map<String, RunRef> known(Collection<String> runIds) {
        var known = new LinkedHashMap<String, RunRef>();
        for (String runId : runIds) {
            if (!known.containsKey(runId)) {
                experimentOf(runId).ifPresent(experiment -> known.put(runId, new RunRef(experiment, runId)));
            }
        }
        return known;
    }

    /** MLflow answers an absent run with an empty history. */
    Optional<String> experimentOf(String runId) {
        try {
            return Optional.of(places.experimentOf(runId));
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
