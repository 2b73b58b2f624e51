package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentPage;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Experiments in a map; searching answers all of them and keeps the query. */
@Singleton
public final class FakeExperiments implements ExperimentOperations {

    private final Map<Integer, Experiment> experiments = new ConcurrentSkipListMap<>();
    private volatile @Nullable ExperimentQuery lastQuery;

    public FakeExperiments() {
        put(new Experiment("0", "Default", "mlflow-artifacts:/0", LifecycleStage.ACTIVE, 7, 8, List.of()));
    }

    /** The query that was asked last. */
    public @Nullable ExperimentQuery lastQuery() {
        return lastQuery;
    }

    @Override
    public synchronized Experiment create(CreateExperiment request) {
        if (experiments.values().stream().anyMatch(known -> known.name().equals(request.name()))) {
            throw new Problem.AlreadyExists("Experiment(name=" + request.name() + ") already exists.").toException();
        }
        String id = Integer.toString(experiments.size());
        String location = request.artifactLocation() == null ? "mlflow-artifacts:/" + id : request.artifactLocation();
        return put(new Experiment(
                id, request.name(), location, LifecycleStage.ACTIVE, 1000, 1000, List.copyOf(request.tags())));
    }

    @Override
    public Experiment get(String experimentId) {
        Experiment experiment =
                experimentId.matches("\\d{1,9}") ? experiments.get(Integer.valueOf(experimentId)) : null;
        if (experiment == null) {
            throw new Problem.NotFound("No Experiment with id=" + experimentId + " exists").toException();
        }
        return experiment;
    }

    @Override
    public Experiment getByName(String name) {
        return experiments.values().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new Problem.NotFound("Could not find experiment with name '" + name + "'").toException());
    }

    @Override
    public ExperimentPage search(ExperimentQuery query) {
        lastQuery = query;
        return new ExperimentPage(List.copyOf(experiments.values()), "next");
    }

    @Override
    public void rename(String experimentId, String newName) {
        Experiment old = get(experimentId);
        if (old.lifecycleStage() == LifecycleStage.DELETED) {
            throw new Problem.InvalidState("Cannot rename a non-active experiment.").toException();
        }
        put(new Experiment(
                experimentId, newName, old.artifactLocation(), old.lifecycleStage(), 1000, 2000, old.tags()));
    }

    @Override
    public void delete(String experimentId) {
        stage(experimentId, LifecycleStage.DELETED);
    }

    @Override
    public void restore(String experimentId) {
        stage(experimentId, LifecycleStage.ACTIVE);
    }

    @Override
    public void setTag(String experimentId, Tag tag) {
        Experiment old = get(experimentId);
        var tags = new ArrayList<>(old.tags());
        tags.removeIf(known -> known.key().equals(tag.key()));
        tags.add(tag);
        put(new Experiment(experimentId, old.name(), old.artifactLocation(), old.lifecycleStage(), 1000, 2000, tags));
    }

    @Override
    public void deleteTag(String experimentId, String key) {
        Experiment old = get(experimentId);
        var tags = new ArrayList<>(old.tags());
        if (!tags.removeIf(known -> known.key().equals(key))) {
            throw new Problem.NotFound("No tag with name: " + key + " in experiment with id " + experimentId)
                    .toException();
        }
        put(new Experiment(experimentId, old.name(), old.artifactLocation(), old.lifecycleStage(), 1000, 2000, tags));
    }

    private void stage(String experimentId, LifecycleStage stage) {
        Experiment old = get(experimentId);
        put(new Experiment(experimentId, old.name(), old.artifactLocation(), stage, 1000, 2000, old.tags()));
    }

    private Experiment put(Experiment experiment) {
        experiments.put(Integer.valueOf(experiment.experimentId()), experiment);
        return experiment;
    }
}
