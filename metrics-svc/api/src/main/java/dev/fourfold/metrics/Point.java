package dev.fourfold.metrics;

/**
 * One point of one metric.
 *
 * @param key the metric's name
 * @param timestampMillis 0 or more
 * @param step any long
 * @param value any double: NaN and the infinities are values like others here
 */
public record Point(String key, long timestampMillis, long step, double value) {}
