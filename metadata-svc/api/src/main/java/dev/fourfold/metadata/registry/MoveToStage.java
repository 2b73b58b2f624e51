package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Moves a version to a stage.
 *
 * @param stage in any case
 * @param archiveOthers whether the versions that are in the stage go to the archive; only for active stages
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record MoveToStage(String name, String version, String stage, boolean archiveOthers) {}
