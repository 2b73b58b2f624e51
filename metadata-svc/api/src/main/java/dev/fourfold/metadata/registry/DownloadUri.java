package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Where the files of a version are. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DownloadUri(String artifactUri) {}
