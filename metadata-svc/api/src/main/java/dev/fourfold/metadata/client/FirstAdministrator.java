package dev.fourfold.metadata.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.access.NewUser;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** The administrator that was made just now, or null where there was a user already. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FirstAdministrator(@Nullable NewUser made) {}
