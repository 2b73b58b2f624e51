/** Grafana's door: curves of training and what happened to runs, as Grafana's built-in InfluxDB data source asks for them. */
@NullMarked
package dev.fourfold.gateway.grafana;

import org.jspecify.annotations.NullMarked;
