package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.Tag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps registered models. What is committed when a method returns is seen by every later call on any instance. Problems
 * are those of {@link RegistryProblems}, {@code NotFound} above all where there is no model of the name, and
 * {@code Unavailable} where the store is away.
 */
public interface RegisteredModelStore {

    /**
     * Adds a model without versions; {@code AlreadyExists} where the name is taken.
     *
     * @param prompt whether the tags make it a prompt
     */
    RegisteredModel create(String name, @Nullable String description, List<Tag> tags, boolean prompt, long nowMillis);

    /** The model with its latest versions. */
    Optional<RegisteredModel> find(String name);

    /** One page in the query's order. */
    RegisteredModelPage search(RegisteredModelQuery query);

    /** Replaces the description. */
    RegisteredModel update(String name, @Nullable String description, long nowMillis);

    /** Renames the model, and counts as an update of every version; {@code AlreadyExists} where the name is taken. */
    RegisteredModel rename(String name, String newName, long nowMillis);

    /** Removes the model and all that belongs to it. */
    void delete(String name);

    /** Sets or replaces a tag. */
    void setTag(String name, Tag tag);

    /** Removes a tag; does nothing where there is none of that key. */
    void deleteTag(String name, String key);
}
