/** Beats of runs: who was heard when, and who is silent. */
@NullMarked
package dev.fourfold.cache.heart;

import org.jspecify.annotations.NullMarked;
