package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.DatasetSummary;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunInputs;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.run.UpdateRun;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Runs in a map, with ids that count up; keeps the last query and can be told to fail. */
@Singleton
public final class FakeRuns implements RunOperations {

    private final Map<String, Run> runs = new ConcurrentSkipListMap<>();
    private volatile @Nullable RunQuery lastQuery;
    private volatile @Nullable Problem failure;
    private volatile @Nullable String location;

    /** The query that was asked last. */
    public @Nullable RunQuery lastQuery() {
        return lastQuery;
    }

    /** Where runs made from now on keep their artifacts; null for behind the proxy. */
    public void artifactLocation(@Nullable String now) {
        location = now;
    }

    /** Makes every call fail, until called with null. */
    public void failWith(@Nullable Problem problem) {
        failure = problem;
    }

    @Override
    public synchronized Run create(CreateRun request) {
        String id = "%032x".formatted(runs.size() + 1);
        String name = Objects.requireNonNullElse(request.runName(), "calm-lamb-986");
        var tags = new ArrayList<>(request.tags());
        tags.add(new Tag("mlflow.runName", name));
        var info = new RunInfo(
                id,
                request.experimentId(),
                name,
                request.userId(),
                RunStatus.RUNNING,
                request.startTimeMillis(),
                null,
                Objects.requireNonNullElse(location, "mlflow-artifacts:/" + request.experimentId()) + "/" + id
                        + "/artifacts",
                LifecycleStage.ACTIVE);
        return put(new Run(info, List.of(), List.of(), tags, RunInputs.NONE, List.of()));
    }

    @Override
    public Run get(String runId) {
        Problem problem = failure;
        if (problem != null) {
            throw problem.toException();
        }
        Run run = runs.get(runId);
        if (run == null) {
            throw new Problem.NotFound("Run with id=" + runId + " not found").toException();
        }
        return run;
    }

    @Override
    public List<RunInfo> infos(List<String> runIds) {
        return runIds.stream().map(runId -> get(runId).info()).toList();
    }

    @Override
    public RunPlace place(String runId) {
        RunInfo info = get(runId).info();
        return new RunPlace(runId, info.experimentId(), info.lifecycleStage(), null);
    }

    @Override
    public RunPage search(RunQuery query) {
        lastQuery = query;
        return new RunPage(
                runs.values().stream()
                        .filter(run -> query.experimentIds().contains(run.info().experimentId()))
                        .toList(),
                null);
    }

    @Override
    public RunInfo update(String runId, UpdateRun request) {
        Run old = get(runId);
        RunInfo info = old.info();
        String name = request.runName() == null || request.runName().isEmpty() ? info.runName() : request.runName();
        var changed = new RunInfo(
                runId,
                info.experimentId(),
                name,
                info.userId(),
                Objects.requireNonNullElse(request.status(), info.status()),
                info.startTimeMillis(),
                request.endTimeMillis() == null ? info.endTimeMillis() : request.endTimeMillis(),
                info.artifactUri(),
                info.lifecycleStage());
        put(new Run(changed, old.metrics(), old.params(), old.tags(), old.inputs(), old.outputs()));
        return changed;
    }

    @Override
    public void delete(String runId) {
        stage(runId, LifecycleStage.DELETED);
    }

    @Override
    public void restore(String runId) {
        stage(runId, LifecycleStage.ACTIVE);
    }

    @Override
    public synchronized RunPlace write(String runId, RunChanges changes) {
        Run old = get(runId);
        if (old.info().lifecycleStage() == LifecycleStage.DELETED) {
            throw new Problem.InvalidArgument(
                            "The run " + runId + " must be in the 'active' state. Current state is deleted.")
                    .toException();
        }
        var metrics = new ArrayList<>(old.metrics());
        for (Metric metric : changes.metrics()) {
            metrics.removeIf(known -> known.key().equals(metric.key()));
            metrics.add(metric.ofModel(null, null, null));
        }
        var params = new ArrayList<>(old.params());
        for (Param param : changes.params()) {
            params.removeIf(known -> known.key().equals(param.key()));
            params.add(param);
        }
        var tags = new ArrayList<>(old.tags());
        for (Tag tag : changes.tags()) {
            tags.removeIf(known -> known.key().equals(tag.key()));
            tags.add(tag);
        }
        put(new Run(old.info(), metrics, params, tags, old.inputs(), old.outputs()));
        return place(runId);
    }

    @Override
    public void deleteTag(String runId, String key) {
        Run old = get(runId);
        var tags = new ArrayList<>(old.tags());
        if (!tags.removeIf(known -> known.key().equals(key))) {
            throw new Problem.NotFound("No tag with name: " + key + " in run with id " + runId).toException();
        }
        put(new Run(old.info(), old.metrics(), old.params(), tags, old.inputs(), old.outputs()));
    }

    @Override
    public synchronized void logInputs(String runId, RunInputs inputs) {
        Run old = get(runId);
        var datasets = new ArrayList<>(old.inputs().datasets());
        datasets.addAll(inputs.datasets());
        var models = new ArrayList<>(old.inputs().modelIds());
        models.addAll(inputs.modelIds());
        put(new Run(
                old.info(), old.metrics(), old.params(), old.tags(), new RunInputs(datasets, models), old.outputs()));
    }

    @Override
    public synchronized void logOutputs(String runId, List<ModelOutput> outputs) {
        Run old = get(runId);
        var models = new ArrayList<>(old.outputs());
        models.addAll(outputs);
        put(new Run(old.info(), old.metrics(), old.params(), old.tags(), old.inputs(), models));
    }

    @Override
    public void logModel(String runId, String entry) {
        write(runId, RunChanges.of(new Tag("mlflow.log-model.history", "[" + entry + "]")));
    }

    @Override
    public List<DatasetSummary> datasets(List<String> experimentIds) {
        return experimentIds.stream()
                .map(id -> new DatasetSummary(id, "d", "1", id.equals("0") ? "train" : null))
                .toList();
    }

    private void stage(String runId, LifecycleStage stage) {
        Run old = get(runId);
        RunInfo info = old.info();
        put(new Run(
                new RunInfo(
                        runId,
                        info.experimentId(),
                        info.runName(),
                        info.userId(),
                        info.status(),
                        info.startTimeMillis(),
                        info.endTimeMillis(),
                        info.artifactUri(),
                        stage),
                old.metrics(),
                old.params(),
                old.tags(),
                old.inputs(),
                old.outputs()));
    }

    private Run put(Run run) {
        runs.put(run.info().runId(), run);
        return run;
    }
}
