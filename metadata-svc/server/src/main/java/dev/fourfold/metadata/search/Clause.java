package dev.fourfold.metadata.search;

/** One comparison of a filter. */
sealed interface Clause {

    /** The latest value of a metric; a run without the metric never matches, NaN matches only {@code !=}. */
    record MetricComparison(String key, NumberOperator operator, double value) implements Clause {}

    /** A param; a run without it matches only {@code IS NULL}. */
    record ParamComparison(String key, TextCondition condition) implements Clause {}

    /** A tag; a thing without it matches only {@code IS NULL}. */
    record TagComparison(String key, TextCondition condition) implements Clause {}

    /** A text attribute of the thing itself. */
    record TextAttributeComparison(Attribute attribute, TextCondition condition) implements Clause {}

    /** A numeric attribute of the thing itself; an absent value never matches. */
    record NumberAttributeComparison(Attribute attribute, NumberOperator operator, WholeNumbers value)
            implements Clause {}

    /** A dataset that the run read: at least one of them must fulfil the condition. */
    record DatasetComparison(DatasetField field, TextCondition condition) implements Clause {}
}
