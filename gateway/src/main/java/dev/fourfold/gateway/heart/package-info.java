/** Heartbeats of runs: hands beats on, and marks the runs whose heart stopped. */
@NullMarked
package dev.fourfold.gateway.heart;

import org.jspecify.annotations.NullMarked;
