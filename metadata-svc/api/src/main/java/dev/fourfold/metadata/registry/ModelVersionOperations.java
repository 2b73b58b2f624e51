package dev.fourfold.metadata.registry;

import java.util.List;

/**
 * Everything that can be done with versions of registered models. Messages of problems are those of MLflow 3.17.2, as
 * its clients show them. A write that returned is seen by every later read; repeating a write leaves what one left
 * (creating aside: every call of {@link #create} makes a version). {@code NotFound} where there is no such version, and
 * {@code InvalidArgument} where its number is none.
 */
public interface ModelVersionOperations {

    /**
     * Makes the next version of a model. Numbers are consecutive, however many callers there are at once, and the number
     * of a deleted version is not given again.
     *
     * <p>Refuses a source that is a path on a disk, climbs out of where it is, names a host, or is inside a run
     * ({@code runs:/}, {@code mlflow-artifacts:/}) or a logged model ({@code models:/m-…}) that is not the one given by
     * its id. A version of another model ({@code models:/name/1}, {@code models:/name@alias}) is a source too. A version
     * of a logged model is written into that model's tag {@code mlflow.modelVersions}.
     */
    ModelVersion create(CreateModelVersion request);

    /** The version with its aliases. */
    ModelVersion get(ModelVersionName version);

    /** The version that an alias names; {@code latest} always names the highest one. */
    ModelVersion getByAlias(AliasName alias);

    /** Where the version's files are. */
    DownloadUri downloadUri(ModelVersionName version);

    /**
     * The version that an address names, and where its files are, as of one moment. Of a stage it is the highest version,
     * and {@code latest} is the highest of all. {@code InvalidArgument} where the address names no version.
     */
    ResolvedVersion resolve(ModelAddress address);

    /** One page; stable while versions are added. */
    ModelVersionPage search(ModelVersionQuery query);

    /** Replaces the description, and answers what the version is then. */
    ModelVersion update(UpdateModelVersion request);

    /** Moves the version to another stage, and answers what it is then. */
    ModelVersion moveToStage(MoveToStage request);

    /**
     * Promotions, the newest first. One is recorded where an alias is new or moves, and where a version comes into another
     * stage than None, also one that is archived because another takes its place; what changes nothing is none. Those of a
     * deleted version are gone, of a model the newest 5,000 are kept, and those of prompts are not told.
     */
    List<Promotion> promotions(PromotionQuery query);

    /** Removes the version with its tags, aliases and promotions. */
    void delete(ModelVersionName version);

    /** Sets or replaces one tag. */
    void setTag(ModelVersionTag request);

    /** Removes one tag; does nothing where it is absent. */
    void deleteTag(ModelVersionTagKey request);
}
