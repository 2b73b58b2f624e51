package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.Tag;

/**
 * Everything that can be done with experiments. Messages of problems are those of MLflow 3.17.2, as its clients show
 * them. A write that returned is seen by every later read; repeating a write leaves what one left.
 */
public interface ExperimentOperations {

    /**
     * The tag that says which retention class the points of runs belong to that are created from then on: 1 to 32
     * lower-case letters, digits and {@code -}, a letter first; {@code default} is the same as no tag.
     */
    String RETENTION_CLASS_TAG = "fourfold.retentionClass";

    /** Creates; {@code AlreadyExists} where the name is taken, also by a deleted experiment. */
    Experiment create(CreateExperiment request);

    /** Answers deleted experiments too; {@code NotFound} where there is none. */
    Experiment get(String experimentId);

    /** Answers deleted experiments too; {@code NotFound} where there is none. */
    Experiment getByName(String name);

    /** One page; stable while experiments are added. */
    ExperimentPage search(ExperimentQuery query);

    /** Renames an active experiment; {@code InvalidState} for a deleted one. */
    void rename(String experimentId, String newName);

    /** Marks the experiment and its runs as deleted; {@code NotFound} where it is deleted already. */
    void delete(String experimentId);

    /** Unmarks the experiment and all of its runs; {@code NotFound} where it is active. */
    void restore(String experimentId);

    /** Sets or replaces one tag of an active experiment. */
    void setTag(String experimentId, Tag tag);

    /** Removes one tag; {@code NotFound} where it is absent. */
    void deleteTag(String experimentId, String key);
}
