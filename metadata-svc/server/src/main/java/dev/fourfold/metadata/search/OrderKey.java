package dev.fourfold.metadata.search;

/**
 * One key of an order. In both directions rows with a value come first, then NaN, then rows without the field.
 */
sealed interface OrderKey {

    /** What is ordered by. */
    Field field();

    /** Smallest first. */
    boolean ascending();

    /** By the latest value of a metric. */
    record ByMetric(Field.Metric field, boolean ascending) implements OrderKey {}

    /** By a param, as text. */
    record ByParam(Field.Param field, boolean ascending) implements OrderKey {}

    /** By a tag, as text. */
    record ByTag(Field.Tag field, boolean ascending) implements OrderKey {}

    /** By a fixed field. */
    record ByAttribute(Field.Fixed field, boolean ascending) implements OrderKey {}
}
