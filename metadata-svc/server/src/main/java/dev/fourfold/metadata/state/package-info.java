/** Namespaces of shared training state: their limits and the tokens that were reserved for them. */
@NullMarked
package dev.fourfold.metadata.state;

import org.jspecify.annotations.NullMarked;
