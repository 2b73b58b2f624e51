package dev.fourfold.metadata.model;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Param;
import java.util.List;

/**
 * Everything that can be done with logged models; their metrics come with those of runs. Messages of problems are those
 * of MLflow 3.17.2. Deleting only marks, and as with MLflow a deleted model still takes every change. A write that
 * returned is seen by every later read; repeating a write leaves what one left (creating aside).
 */
public interface ModelOperations {

    /** Creates a pending model in an active experiment. */
    LoggedModel create(CreateModel request);

    /** {@code NotFound} where there is none, or where it is deleted and those are not allowed. */
    LoggedModel get(String modelId, boolean allowDeleted);

    /** One page; stable while models are added. */
    ModelPage search(ModelQuery query);

    /** Says how far the model is, and answers what it is then. */
    LoggedModel finish(String modelId, ModelStatus status);

    /** Marks the model as deleted; repeating changes nothing but the time of the last update. */
    void delete(String modelId);

    /** Sets or replaces tags; of a repeated key the last value stays. */
    void setTags(String modelId, List<Tag> tags);

    /** Removes one tag; {@code NotFound} where it is absent. */
    void deleteTag(String modelId, String key);

    /** Adds params; {@code InvalidArgument} for one that has another value. */
    void addParams(String modelId, List<Param> params);
}
