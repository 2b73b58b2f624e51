package dev.fourfold.metadata.registry;

import java.util.List;

/**
 * Everything that can be done with registered models. Messages of problems are those of MLflow 3.17.2, as its clients
 * show them. A write that returned is seen by every later read; repeating a write leaves what one left. {@code NotFound}
 * where there is no model of the name.
 */
public interface RegisteredModelOperations {

    /** Creates; {@code AlreadyExists} where the name is taken, by a model or a prompt. */
    RegisteredModel create(CreateRegisteredModel request);

    /** The model with its latest versions. */
    RegisteredModel get(String name);

    /** One page; stable while models are added. */
    RegisteredModelPage search(RegisteredModelQuery query);

    /** Replaces the description, and answers what the model is then. */
    RegisteredModel update(UpdateRegisteredModel request);

    /** Renames: versions, tags, aliases and promotions go along. {@code AlreadyExists} where the new name is taken. */
    RegisteredModel rename(RenameRegisteredModel request);

    /** Removes the model with its versions, tags, aliases and promotions; another one of the name starts at version 1. */
    void delete(String name);

    /** The newest versions, with their aliases; the stage first whose lowest version is the lowest. */
    List<ModelVersion> latestVersions(LatestVersions request);

    /** Sets or replaces one tag. */
    void setTag(ModelTag request);

    /** Removes one tag; does nothing where it is absent. */
    void deleteTag(ModelTagKey request);

    /** Sets or moves an alias; {@code NotFound} where there is no such version. */
    void setAlias(SetAlias request);

    /** Removes an alias; does nothing where it is absent. */
    void deleteAlias(AliasName request);
}
