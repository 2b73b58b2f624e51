/** Moving all points from one store to the other while everything goes on. */
@NullMarked
package dev.fourfold.metrics.move;

import org.jspecify.annotations.NullMarked;
