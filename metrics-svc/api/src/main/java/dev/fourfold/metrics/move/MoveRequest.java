package dev.fourfold.metrics.move;

import io.micronaut.serde.annotation.Serdeable;

/** Asks for a move. */
@Serdeable
public record MoveRequest(Engine from, Engine to) {}
