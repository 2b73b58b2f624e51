package dev.fourfold.gateway.answers;

import java.util.List;

/**
 * Answers that were read together.
 *
 * @param bytes in the order of the keys
 * @param kept how many of them were kept hot
 */
public record ManyAnswers(List<byte[]> bytes, int kept) {}
