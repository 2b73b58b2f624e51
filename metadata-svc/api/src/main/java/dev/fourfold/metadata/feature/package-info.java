/** Features: the latest values of entities, by views that say which fields they have. */
@NullMarked
package dev.fourfold.metadata.feature;

import org.jspecify.annotations.NullMarked;
