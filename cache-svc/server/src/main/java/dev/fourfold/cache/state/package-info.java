/** The rules of shared training state over any store. */
@NullMarked
package dev.fourfold.cache.state;

import org.jspecify.annotations.NullMarked;
