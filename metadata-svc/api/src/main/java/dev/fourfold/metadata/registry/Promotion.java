package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * That a version was promoted: an alias was set or moved to it, or it came into a stage.
 *
 * @param model the model's name, as it is now
 * @param runId the version's; empty where it has none
 * @param name the alias, or the stage as MLflow writes it
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Promotion(String model, long version, String runId, Kind kind, String name, long timeMillis) {

    /** What a version is promoted by. */
    public enum Kind {
        ALIAS,
        STAGE
    }
}
