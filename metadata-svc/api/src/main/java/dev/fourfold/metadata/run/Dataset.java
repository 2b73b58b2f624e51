package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** A dataset; within an experiment, name and digest tell it from others, and what was logged first of it stays. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Dataset(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {}
