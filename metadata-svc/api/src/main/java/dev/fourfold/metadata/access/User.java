package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A user, without anything secret. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record User(String username, boolean administrator, long creationTimeMillis) {}
