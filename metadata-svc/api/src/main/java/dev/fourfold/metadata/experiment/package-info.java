/** Experiments: the operations and their records. */
@NullMarked
package dev.fourfold.metadata.experiment;

import org.jspecify.annotations.NullMarked;
