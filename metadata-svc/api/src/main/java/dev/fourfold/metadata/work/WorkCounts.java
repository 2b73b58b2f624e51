package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** How many items of a list are where; a list that nobody filled has none. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record WorkCounts(long waiting, long taken, long done) {}
