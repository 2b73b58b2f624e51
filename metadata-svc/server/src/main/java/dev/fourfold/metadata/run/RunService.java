package dev.fourfold.metadata.run;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.ExperimentNumber;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Runs, by MLflow's rules. */
@Singleton
@ServesMetadata
final class RunService implements RunOperations {

    private static final int MOST_DATASETS = 1000;

    private final RunStore store;
    private final UseStore uses;
    private final WriteFolder folder;

    RunService(RunStore store, UseStore uses, WriteFolder folder) {
        this.store = store;
        this.uses = uses;
        this.folder = folder;
    }

    @Override
    public Run create(CreateRun request) {
        long experiment = ExperimentNumber.of(request.experimentId());
        var tags = new ArrayList<Tag>();
        var keys = new HashSet<String>();
        for (var tag : request.tags()) {
            var checked = RunRules.checkedAtCreation(tag);
            if (!keys.add(checked.key())) {
                throw Texts.invalid("Duplicate tag keys have been submitted: ['" + checked.key() + "'].");
            }
            tags.add(checked);
        }
        var name = name(request, tags);
        if (tags.removeIf(tag ->
                        tag.key().equals(RunStore.RUN_NAME_TAG) && tag.value().isEmpty())
                || !keys.contains(RunStore.RUN_NAME_TAG)) {
            tags.add(new Tag(RunStore.RUN_NAME_TAG, name));
        }
        var runId = UUID.randomUUID().toString().replace("-", "");
        var userId = Texts.storable("user_id", request.userId());
        return store.create(new NewRun(runId, experiment, name, userId, request.startTimeMillis(), tags));
    }

    @Override
    public Run get(String runId) {
        return known(runId)
                .flatMap(store::find)
                .orElseThrow(() -> RunProblems.notFound(runId).toException());
    }

    @Override
    public List<RunInfo> infos(List<String> runIds) {
        var found = new HashMap<String, RunInfo>();
        store.infos(runIds.stream().filter(RunRules::isRunId).toList()).forEach(info -> found.put(info.runId(), info));
        var infos = new ArrayList<RunInfo>(runIds.size());
        for (String runId : runIds) {
            RunInfo info = found.get(runId);
            if (info == null) {
                throw RunProblems.notFound(runId).toException();
            }
            infos.add(info);
        }
        return infos;
    }

    @Override
    public RunPlace place(String runId) {
        return known(runId)
                .flatMap(store::place)
                .orElseThrow(() -> RunProblems.notFound(runId).toException());
    }

    @Override
    public RunPage search(RunQuery query) {
        return store.search(query);
    }

    @Override
    public RunInfo update(String runId, UpdateRun request) {
        requireRunId(runId);
        var name = nameOrNull(request.runName());
        return store.update(runId, new UpdateRun(request.status(), request.endTimeMillis(), name));
    }

    @Override
    public void delete(String runId) {
        requireRunId(runId);
        store.mark(runId, LifecycleStage.DELETED);
    }

    @Override
    public void restore(String runId) {
        requireRunId(runId);
        store.mark(runId, LifecycleStage.ACTIVE);
    }

    @Override
    public RunPlace write(String runId, RunChanges changes) {
        return folder.write(new RunWrite(runId, RunRules.checked(runId, changes)));
    }

    @Override
    public void deleteTag(String runId, String key) {
        requireRunId(runId);
        store.deleteTag(runId, Texts.storable("key", key));
    }

    @Override
    public void logInputs(String runId, RunInputs inputs) {
        if (!RunRules.isRunId(runId)) {
            throw Texts.invalid("Invalid value " + Python.json(runId) + " for parameter 'run_id' supplied.");
        }
        uses.addInputs(runId, InputRules.checked(inputs));
    }

    @Override
    public void logOutputs(String runId, List<ModelOutput> outputs) {
        requireRunId(runId);
        uses.addOutputs(runId, InputRules.checked(outputs));
    }

    @Override
    public void logModel(String runId, String entry) {
        requireRunId(runId);
        uses.appendModel(runId, Texts.storable("model_json", entry));
    }

    @Override
    public List<DatasetSummary> datasets(List<String> experimentIds) {
        var experiments = new ArrayList<Long>(experimentIds.size());
        for (var id : experimentIds) {
            experiments.add(ExperimentNumber.of(id));
        }
        return uses.datasets(experiments, MOST_DATASETS);
    }

    private static Optional<String> known(String runId) {
        return RunRules.isRunId(runId) ? Optional.of(runId) : Optional.empty();
    }

    private static void requireRunId(String runId) {
        if (!RunRules.isRunId(runId)) {
            throw RunProblems.notFound(runId).toException();
        }
    }

    private static String name(CreateRun request, Iterable<Tag> tags) {
        var given = nameOrNull(request.runName());
        String tagged = null;
        for (var tag : tags) {
            if (tag.key().equals(RunStore.RUN_NAME_TAG) && !tag.value().isEmpty()) {
                tagged = tag.value();
            }
        }
        if (given != null && tagged != null && !given.equals(tagged)) {
            throw Texts.invalid("Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
                    + " values (run_name='" + given + "', mlflow.runName='" + tagged + "').");
        }
        if (given != null) {
            return given;
        }
        return tagged != null ? tagged : RunNames.invent(ThreadLocalRandom.current());
    }

    private static @Nullable String nameOrNull(@Nullable String name) {
        return name == null || name.isEmpty()
                ? null
                : Texts.cut(RunRules.MAX_TAG_VALUE_LENGTH, Texts.storable("run_name", name));
    }
}
