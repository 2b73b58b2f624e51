/** Tests of metrics-svc as a whole. */
@NullMarked
package dev.fourfold.metrics;

import org.jspecify.annotations.NullMarked;
