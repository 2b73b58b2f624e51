/** Tests of the rules of points, and the contract that every store of points passes. */
@NullMarked
package dev.fourfold.metrics.point;

import org.jspecify.annotations.NullMarked;
