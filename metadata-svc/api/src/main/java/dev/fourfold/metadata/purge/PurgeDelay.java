package dev.fourfold.metadata.purge;

import io.micronaut.serde.annotation.Serdeable;

/** Why a purge cannot go on now, in a sentence for people. */
@Serdeable
public record PurgeDelay(String problem) {}
