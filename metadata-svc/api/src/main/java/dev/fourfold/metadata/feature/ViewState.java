package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A view, and how full it is.
 *
 * @param rows rows that are kept, expired ones included until they are swept
 * @param bytes what their keys and values weigh, in UTF-8
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ViewState(FeatureView view, long rows, long bytes) {}
