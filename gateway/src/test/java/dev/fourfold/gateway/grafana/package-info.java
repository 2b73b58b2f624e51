/** Grafana at the door. */
@NullMarked
package dev.fourfold.gateway.grafana;

import org.jspecify.annotations.NullMarked;
