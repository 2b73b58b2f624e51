/** Features: what a view and a row may be, which row of an entity counts, and how long. */
@NullMarked
package dev.fourfold.metadata.feature;

import org.jspecify.annotations.NullMarked;
