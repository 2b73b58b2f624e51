/** Hearts of runs: what they may be, and what is said of those that stopped. */
@NullMarked
package dev.fourfold.metadata.heart;

import org.jspecify.annotations.NullMarked;
