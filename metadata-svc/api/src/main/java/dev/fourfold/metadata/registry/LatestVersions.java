package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Asks for a model's newest version in each of some stages; no stage at all means in each of them. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LatestVersions(String name, List<String> stages) {}
