package dev.fourfold.metadata.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Whether the first administrator was made just now; not, where there was a user already. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FirstAdministrator(boolean made) {}
