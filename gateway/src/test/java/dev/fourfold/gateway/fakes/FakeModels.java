package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.model.CreateModel;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelMetric;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.model.ModelPage;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Logged models in a map, with ids that count up and two metrics each; keeps the last query. */
@Singleton
public final class FakeModels implements ModelOperations {

    private final Map<String, LoggedModel> models = new ConcurrentSkipListMap<>();
    private volatile @Nullable ModelQuery lastQuery;

    /** The query that was asked last. */
    public @Nullable ModelQuery lastQuery() {
        return lastQuery;
    }

    @Override
    public synchronized LoggedModel create(CreateModel request) {
        String id = "m-%032x".formatted(models.size() + 1);
        var metrics = List.of(
                new ModelMetric("r", Metric.of("acc", 0.5, 1, 2).ofModel(id, "d", "1")),
                new ModelMetric("r", Metric.of("nan", Double.NaN, 1, 2).ofModel(id, null, null)));
        return put(new LoggedModel(
                id,
                request.experimentId(),
                Objects.requireNonNullElse(request.name(), "calm-lamb-986"),
                1000,
                1000,
                "mlflow-artifacts:/" + request.experimentId() + "/models/" + id + "/artifacts",
                ModelStatus.PENDING,
                request.modelType(),
                request.sourceRunId(),
                request.tags(),
                request.params(),
                metrics));
    }

    @Override
    public LoggedModel get(String modelId, boolean allowDeleted) {
        LoggedModel model = models.get(modelId);
        if (model == null || (!allowDeleted && model.name().equals("deleted"))) {
            throw new Problem.NotFound("Logged model with ID '" + modelId + "' not found.").toException();
        }
        return model;
    }

    @Override
    public ModelPage search(ModelQuery query) {
        lastQuery = query;
        var found = models.values().stream()
                .filter(model -> query.experimentIds().contains(model.experimentId()))
                .toList();
        return new ModelPage(found, "next");
    }

    @Override
    public LoggedModel finish(String modelId, ModelStatus status) {
        LoggedModel old = get(modelId, true);
        return put(changed(old, old.name(), status, old.tags(), old.params()));
    }

    @Override
    public void delete(String modelId) {
        LoggedModel old = get(modelId, true);
        put(changed(old, "deleted", old.status(), old.tags(), old.params()));
    }

    @Override
    public void setTags(String modelId, List<Tag> tags) {
        LoggedModel old = get(modelId, true);
        put(changed(old, old.name(), old.status(), tags, old.params()));
    }

    @Override
    public void deleteTag(String modelId, String key) {
        LoggedModel old = get(modelId, true);
        var tags = new ArrayList<>(old.tags());
        if (!tags.removeIf(tag -> tag.key().equals(key))) {
            throw new Problem.NotFound("No tag with key '" + key + "' found for model with ID '" + modelId + "'.")
                    .toException();
        }
        put(changed(old, old.name(), old.status(), tags, old.params()));
    }

    @Override
    public void addParams(String modelId, List<Param> params) {
        LoggedModel old = get(modelId, true);
        var all = new ArrayList<>(old.params());
        all.addAll(params);
        put(changed(old, old.name(), old.status(), old.tags(), all));
    }

    private static LoggedModel changed(
            LoggedModel old, String name, ModelStatus status, List<Tag> tags, List<Param> params) {
        return new LoggedModel(
                old.modelId(),
                old.experimentId(),
                name,
                old.creationTimeMillis(),
                old.lastUpdatedTimeMillis(),
                old.artifactUri(),
                status,
                old.modelType(),
                old.sourceRunId(),
                tags,
                params,
                old.metrics());
    }

    private LoggedModel put(LoggedModel model) {
        models.put(model.modelId(), model);
        return model;
    }
}
