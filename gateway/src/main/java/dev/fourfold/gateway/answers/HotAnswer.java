package dev.fourfold.gateway.answers;

/**
 * An answer that was read.
 *
 * @param bytes as rendered
 * @param kept whether it was kept hot, so that no other store was asked
 */
public record HotAnswer(byte[] bytes, boolean kept) {}
