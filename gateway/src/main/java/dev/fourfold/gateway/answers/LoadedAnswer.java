package dev.fourfold.gateway.answers;

import java.util.Set;

/**
 * An answer that was just rendered.
 *
 * @param bytes as rendered
 * @param subjects everything whose change makes it wrong
 */
public record LoadedAnswer(byte[] bytes, Set<String> subjects) {}
