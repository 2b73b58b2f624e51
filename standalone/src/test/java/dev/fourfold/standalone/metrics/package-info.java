/** Tests of {@code fourfold metrics}. */
@NullMarked
package dev.fourfold.standalone.metrics;

import org.jspecify.annotations.NullMarked;
