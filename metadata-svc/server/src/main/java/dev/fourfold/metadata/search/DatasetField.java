package dev.fourfold.metadata.search;

import java.util.Locale;

/** What of a dataset can be searched for; the context is a tag of the run's use of it. */
enum DatasetField {
    CONTEXT,
    DIGEST,
    NAME;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
