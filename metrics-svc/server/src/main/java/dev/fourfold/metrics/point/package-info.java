/** Points: what may be kept, the journal that they go through, the order they come back in, and the port to a store. */
@NullMarked
package dev.fourfold.metrics.point;

import org.jspecify.annotations.NullMarked;
