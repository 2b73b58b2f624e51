package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.text.Keys;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Experiments, by MLflow's rules. */
@Singleton
@ServesMetadata
final class ExperimentService implements ExperimentOperations {

    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_TAG_VALUE_LENGTH = 20_000;

    private static final Pattern RETENTION_CLASS = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final ExperimentStore store;
    private final InstantSource clock;

    @Inject
    ExperimentService(ExperimentStore store) {
        this(store, InstantSource.system());
    }

    ExperimentService(ExperimentStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Experiment create(CreateExperiment request) {
        var location = checkedLocation(request.artifactLocation());
        var name = checkedName("name", request.name());
        var keys = new HashSet<String>();
        for (var tag : request.tags()) {
            check(tag);
            if (!keys.add(tag.key())) {
                throw ExperimentProblems.nameTaken(name); // MLflow answers a repeated tag key so.
            }
        }
        return store.create(new NewExperiment(name, location, request.tags(), clock.millis()));
    }

    @Override
    public Experiment get(String experimentId) {
        long number = ExperimentNumber.of(experimentId);
        return store.find(number).orElseThrow(() -> ExperimentProblems.notFound(experimentId));
    }

    @Override
    public Experiment getByName(String name) {
        Texts.required("experiment_name", name);
        return store.findByName(name).orElseThrow(() -> ExperimentProblems.nameNotFound(name));
    }

    @Override
    public ExperimentPage search(ExperimentQuery query) {
        return store.search(query);
    }

    @Override
    public void rename(String experimentId, String newName) {
        long number = ExperimentNumber.of(experimentId);
        store.rename(number, checkedName("new_name", newName), clock.millis());
    }

    @Override
    public void delete(String experimentId) {
        store.mark(ExperimentNumber.of(experimentId), LifecycleStage.DELETED, clock.millis());
    }

    @Override
    public void restore(String experimentId) {
        store.mark(ExperimentNumber.of(experimentId), LifecycleStage.ACTIVE, clock.millis());
    }

    @Override
    public void setTag(String experimentId, Tag tag) {
        check(tag);
        store.setTag(ExperimentNumber.of(experimentId), tag);
    }

    @Override
    public void deleteTag(String experimentId, String key) {
        store.deleteTag(ExperimentNumber.of(experimentId), Texts.storable("key", key));
    }

    private static @Nullable String checkedLocation(@Nullable String location) {
        return location == null || location.isEmpty() ? null : ArtifactLocation.checked(location);
    }

    private static String checkedName(String parameter, String name) {
        Texts.required(parameter, name);
        return Texts.atMost(MAX_NAME_LENGTH, "name", name);
    }

    private static void check(Tag tag) {
        Texts.required("key", tag.key());
        Keys.check("key", tag.key());
        Texts.atMost(Keys.MAX_LENGTH, "key", tag.key());
        Texts.atMost(MAX_TAG_VALUE_LENGTH, "value", Texts.storable("value", tag.value()));
        if (tag.key().equals(RETENTION_CLASS_TAG)
                && !RETENTION_CLASS.matcher(tag.value()).matches()) {
            throw Texts.invalid("The tag " + RETENTION_CLASS_TAG
                    + " names a retention class: 1 to 32 lower-case letters," + " digits and -, a letter first");
        }
    }
}
