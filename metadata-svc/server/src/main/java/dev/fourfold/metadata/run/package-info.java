/** Runs: their rules, the folding of concurrent writes, and the port to the store that keeps them. */
@NullMarked
package dev.fourfold.metadata.run;

import org.jspecify.annotations.NullMarked;
