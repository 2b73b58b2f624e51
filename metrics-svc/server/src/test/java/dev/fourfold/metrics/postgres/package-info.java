/** Tests of points in PostgreSQL, on a real one. */
@NullMarked
package dev.fourfold.metrics.postgres;

import org.jspecify.annotations.NullMarked;
