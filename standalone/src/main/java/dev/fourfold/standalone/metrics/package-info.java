/** {@code fourfold metrics}: what an operator does with the store of metric points. */
@NullMarked
package dev.fourfold.standalone.metrics;

import org.jspecify.annotations.NullMarked;
