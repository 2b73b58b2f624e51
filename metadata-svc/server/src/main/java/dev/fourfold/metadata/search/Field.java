package dev.fourfold.metadata.search;

/** What an identifier of the grammar names. */
sealed interface Field {

    /** {@code metrics.key}. */
    record Metric(String key) implements Field {}

    /** {@code params.key}. */
    record Param(String key) implements Field {}

    /** {@code tags.key}. */
    record Tag(String key) implements Field {}

    /** {@code attributes.key}, or the key alone. */
    record Fixed(Attribute attribute) implements Field {}

    /** {@code datasets.name}, {@code .digest} or {@code .context}. */
    record Dataset(DatasetField field) implements Field {}
}
