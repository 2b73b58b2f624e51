package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search for logged models, in MLflow's grammar. Deleted ones are never found.
 *
 * @param datasets where there are any: only metrics measured on one of them count, and a model must have one
 * @param maxResults 1 to 50,000
 * @param orderBy empty means creation time, newest first, then model id
 * @param pageToken from the page before, or null for the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelQuery(
        List<String> experimentIds,
        @Nullable String filter,
        List<ModelDataset> datasets,
        int maxResults,
        List<ModelOrder> orderBy,
        @Nullable String pageToken) {}
