package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a search; the token is null where no further row exists. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RegisteredModelPage(
        List<RegisteredModel> models, @Nullable String nextPageToken) {}
