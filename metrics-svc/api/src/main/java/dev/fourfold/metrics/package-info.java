/** What others may know of metrics-svc: every point of every training metric. */
@NullMarked
package dev.fourfold.metrics;

import org.jspecify.annotations.NullMarked;
