package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A row of a view.
 *
 * @param eventTimeMillis only while its event time is this one; null for whatever it is
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RowMark(String entity, @Nullable Long eventTimeMillis) {}
