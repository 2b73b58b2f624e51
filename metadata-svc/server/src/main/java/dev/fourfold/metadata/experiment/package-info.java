/** Experiments: their rules, and the port to the store that keeps them. */
@NullMarked
package dev.fourfold.metadata.experiment;

import org.jspecify.annotations.NullMarked;
