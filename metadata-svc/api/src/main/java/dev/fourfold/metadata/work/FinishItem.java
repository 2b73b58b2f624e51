package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Completes an item that was taken under the token. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FinishItem(String id, long token, @Nullable String result) {}
