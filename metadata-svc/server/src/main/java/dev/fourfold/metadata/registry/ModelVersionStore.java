package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.Tag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps versions of registered models. What is committed when a method returns is seen by every later call on any
 * instance. Problems are those of {@link RegistryProblems}, {@code NotFound} above all where there is no such version,
 * and {@code Unavailable} where the store is away.
 */
public interface ModelVersionStore {

    /**
     * Adds a version under the model's next number. Numbers are consecutive whoever else adds one at the same time, and
     * never given again while the model lives. {@code NotFound} where there is no such model, or no such logged model as
     * the origin names; the latter's tag {@code mlflow.modelVersions} tells of the version afterwards.
     */
    ModelVersion create(NewModelVersion version);

    /** The version with its aliases. */
    Optional<StoredVersion> find(String name, long version);

    /** The newest version in each of the stages, with aliases; {@code NotFound} without such a model. */
    List<StoredVersion> latest(String name, Set<ModelStage> stages);

    /** One page in the query's order; the versions come without their aliases. */
    ModelVersionPage search(ModelVersionQuery query);

    /** Replaces the description. */
    ModelVersion update(String name, long version, @Nullable String description, long nowMillis);

    /**
     * Moves the version to the stage and, where asked to, those that are in the stage to the archive. Each that comes into
     * a stage in which it was not is recorded as promoted, but for the stage None.
     */
    ModelVersion moveToStage(String name, long version, ModelStage stage, boolean archiveOthers, long nowMillis);

    /** Removes the version with its tags and aliases. */
    void delete(String name, long version, long nowMillis);

    /** Sets or replaces a tag. */
    void setTag(String name, long version, Tag tag);

    /** Removes a tag; does nothing where there is none of that key. */
    void deleteTag(String name, long version, String key);
}
