package dev.fourfold.metadata.search;

/** A fixed field of what is searched for, as the grammar calls it. */
sealed interface Attribute
        permits RunAttribute, ExperimentAttribute, ModelAttribute, RegisteredModelAttribute, ModelVersionAttribute {

    /** The name in filters. */
    String key();

    /** Whole numbers; all others are text. */
    boolean numeric();
}
