/** Runs that are removed for good, the work that is left to do for them, and the receipts. */
@NullMarked
package dev.fourfold.metadata.purge;

import org.jspecify.annotations.NullMarked;
