package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search for registered models, in MLflow's grammar. Prompts are found only by a filter that asks for them.
 *
 * @param orderBy empty means by name
 * @param maxResults up to 1,000; without any, the answer only tells whether there is a page
 * @param pageToken from the page before, or null for the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegisteredModelQuery(
        @Nullable String filter,
        List<String> orderBy,
        int maxResults,
        @Nullable String pageToken) {}
