package dev.fourfold.metadata.model;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Param;
import java.util.List;
import java.util.Optional;

/**
 * Keeps logged models with their params, tags and metrics (which come with the writes of runs). What is committed when a
 * method returns is seen by every later call on any instance. Problems are those of {@link ModelProblems}, and
 * {@code Unavailable} where the store is away. Every change finds deleted models too.
 */
public interface ModelStore {

    /** Adds a pending model to an active experiment, and answers it as stored. */
    LoggedModel create(NewModel model);

    /** Deleted ones too, where those are allowed. */
    Optional<LoggedModel> find(String modelId, boolean allowDeleted);

    /** One page in the query's order; never deleted ones. */
    ModelPage search(ModelQuery query);

    /** Sets the status and the time of the last update. */
    LoggedModel finish(String modelId, ModelStatus status, long nowMillis);

    /** Marks a model as deleted. */
    void delete(String modelId, long nowMillis);

    /** Sets or replaces tags, each key once. */
    void setTags(String modelId, List<Tag> tags);

    /** Removes a tag; {@code NotFound} where it has none of that key. */
    void deleteTag(String modelId, String key);

    /** Adds params, each key once; refuses all of them where one has another value already. */
    void addParams(String modelId, List<Param> params);
}
