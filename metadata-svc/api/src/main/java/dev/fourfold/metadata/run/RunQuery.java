package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.ViewType;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search for runs, in MLflow's grammar.
 *
 * @param orderBy empty means start time, newest first, then run id
 * @param maxResults 1 to 50,000
 * @param pageToken from the page before, or null for the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunQuery(
        List<String> experimentIds,
        @Nullable String filter,
        ViewType viewType,
        int maxResults,
        List<String> orderBy,
        @Nullable String pageToken) {}
