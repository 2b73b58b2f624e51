package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search for model versions, in MLflow's grammar. Those of prompts are found only by a filter that asks for them.
 *
 * @param orderBy empty means the last updated first, then by name, then the highest number first
 * @param maxResults 1 to 200,000; a page holds fewer where that is more than fits
 * @param pageToken from the page before, or null for the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelVersionQuery(
        @Nullable String filter,
        List<String> orderBy,
        int maxResults,
        @Nullable String pageToken) {}
