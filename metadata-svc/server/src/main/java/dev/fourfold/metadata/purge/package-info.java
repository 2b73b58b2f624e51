/** Purges of runs: who may be purged when, and the record of what is left to do. */
@NullMarked
package dev.fourfold.metadata.purge;

import org.jspecify.annotations.NullMarked;
