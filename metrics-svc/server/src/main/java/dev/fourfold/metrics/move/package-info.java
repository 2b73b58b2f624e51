/** Which store points are in, and moves from one to the other: copying, comparing, switching. */
@NullMarked
package dev.fourfold.metrics.move;

import org.jspecify.annotations.NullMarked;
