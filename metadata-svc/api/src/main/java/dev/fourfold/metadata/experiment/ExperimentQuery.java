package dev.fourfold.metadata.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.ViewType;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search for experiments, in MLflow's grammar.
 *
 * @param orderBy empty means creation time, newest first, then experiment id
 * @param maxResults 1 to 50,000
 * @param pageToken from the page before, or null for the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExperimentQuery(
        @Nullable String filter,
        List<String> orderBy,
        ViewType viewType,
        int maxResults,
        @Nullable String pageToken) {}
