package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import java.util.Optional;

/**
 * Keeps experiments. What is committed when a method returns is seen by every later call on any instance. Problems are
 * those of {@link ExperimentProblems}, and {@code Unavailable} where the store is away.
 */
public interface ExperimentStore {

    /** Adds an experiment with a new id; {@code AlreadyExists} where the name is taken. */
    Experiment create(NewExperiment experiment);

    /** Deleted ones too. */
    Optional<Experiment> find(long experimentId);

    /** Deleted ones too. */
    Optional<Experiment> findByName(String name);

    /** One page in the query's order. */
    ExperimentPage search(ExperimentQuery query);

    /** Renames an active experiment. */
    void rename(long experimentId, String newName, long nowMillis);

    /** Moves an experiment and all its runs to the stage; {@code NotFound} where it is there already. */
    void mark(long experimentId, LifecycleStage stage, long nowMillis);

    /** Sets or replaces a tag of an active experiment. */
    void setTag(long experimentId, Tag tag);

    /** Removes a tag of an active experiment; {@code NotFound} where it has none of that key. */
    void deleteTag(long experimentId, String key);
}
