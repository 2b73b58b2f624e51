package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Asks for a token; null means that it does not expire. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NewToken(
        String username, String label, @Nullable Long expiryTimeMillis) {}
