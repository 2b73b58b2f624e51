package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Asks for promotions within a time, both ends included.
 *
 * @param runIds of versions that come from one of these runs; empty for any
 * @param experimentIds of versions whose run is in one of these experiments; empty for any
 * @param maxResults 1 to 50,000
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PromotionQuery(
        long fromMillis, long toMillis, List<String> runIds, List<String> experimentIds, int maxResults) {}
