/** Hearts of runs: whose is watched, which stopped, and what became of the run. */
@NullMarked
package dev.fourfold.metadata.heart;

import org.jspecify.annotations.NullMarked;
