package dev.fourfold.metadata.model;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.ExperimentNumber;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.RunNames;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Logged models, by MLflow's rules. */
@Singleton
@ServesMetadata
final class ModelService implements ModelOperations {

    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_TYPE_LENGTH = 500;
    private static final int MAX_SOURCE_RUN_LENGTH = 255;
    private static final int MAX_KEY_LENGTH = 255;
    private static final String NOT_IN_NAMES = "/:.%\"'";

    private final ModelStore store;
    private final InstantSource clock;

    @Inject
    ModelService(ModelStore store) {
        this(store, InstantSource.system());
    }

    ModelService(ModelStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public LoggedModel create(CreateModel request) {
        var name = checkedName(request.name());
        long experiment = ExperimentNumber.of(request.experimentId());
        text("model_type", request.modelType(), MAX_TYPE_LENGTH);
        text("source_run_id", request.sourceRunId(), MAX_SOURCE_RUN_LENGTH);
        check(request.params());
        check("tag", request.tags().stream().map(Tag::key).toList());
        request.tags().forEach(tag -> Texts.storable("value", tag.value()));
        var modelId = "m-" + UUID.randomUUID().toString().replace("-", "");
        return store.create(new NewModel(
                modelId,
                experiment,
                name != null ? name : RunNames.invent(ThreadLocalRandom.current()),
                request.modelType(),
                request.sourceRunId(),
                request.params(),
                request.tags(),
                clock.millis()));
    }

    @Override
    public LoggedModel get(String modelId, boolean allowDeleted) {
        return store.find(known(modelId), allowDeleted).orElseThrow(() -> ModelProblems.notFound(modelId));
    }

    @Override
    public ModelPage search(ModelQuery query) {
        return store.search(query);
    }

    @Override
    public LoggedModel finish(String modelId, ModelStatus status) {
        return store.finish(known(modelId), status, clock.millis());
    }

    @Override
    public void delete(String modelId) {
        store.delete(known(modelId), clock.millis());
    }

    @Override
    public void setTags(String modelId, List<Tag> tags) {
        var last = new LinkedHashMap<String, Tag>();
        for (var tag : tags) {
            text("key", tag.key(), MAX_KEY_LENGTH);
            Texts.storable("value", tag.value());
            last.put(tag.key(), tag);
        }
        store.setTags(known(modelId), List.copyOf(last.values()));
    }

    @Override
    public void deleteTag(String modelId, String key) {
        store.deleteTag(known(modelId), Texts.storable("key", key));
    }

    @Override
    public void addParams(String modelId, List<Param> params) {
        check(params);
        store.addParams(known(modelId), params);
    }

    /** What cannot be stored is no model's id. */
    private static String known(String modelId) {
        if (!Texts.isStorable(modelId)) {
            throw ModelProblems.notFound(modelId);
        }
        return modelId;
    }

    private static @Nullable String checkedName(@Nullable String name) {
        if (name == null) {
            return null;
        }
        if (name.isEmpty() || name.chars().anyMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0)) {
            throw ModelProblems.invalidName(name);
        }
        return text("name", name, MAX_NAME_LENGTH);
    }

    private static void check(List<Param> params) {
        check("parameter", params.stream().map(Param::key).toList());
        params.forEach(param -> Texts.storable("value", param.value()));
    }

    private static void check(String what, List<String> keys) {
        keys.forEach(key -> text("key", key, MAX_KEY_LENGTH));
        var seen = new HashSet<String>();
        var repeated = new ArrayList<>(keys);
        repeated.removeIf(seen::add);
        if (!repeated.isEmpty()) {
            throw ModelProblems.repeatedKeys(what, repeated);
        }
    }

    private static String text(String parameter, String text, int limit) {
        return Texts.atMost(limit, parameter, Texts.storable(parameter, text));
    }
}
