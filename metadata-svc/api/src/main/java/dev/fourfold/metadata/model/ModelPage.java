package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a search; the token is null where no further row exists. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelPage(List<LoggedModel> models, @Nullable String nextPageToken) {}
