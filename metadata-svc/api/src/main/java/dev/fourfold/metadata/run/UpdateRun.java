package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Changes the parts that are not null; an empty run name changes nothing. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpdateRun(
        @Nullable RunStatus status,
        @Nullable Long endTimeMillis,
        @Nullable String runName) {}
