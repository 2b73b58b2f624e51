package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Asks for a session.
 *
 * @param credential a name and its password; a token opens no session, which would outlive it
 * @param lifetimeMillis how long it lasts, however much it is used
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewSession(Credential credential, long lifetimeMillis) {}
