/** Loki's door: log lines as Grafana's built-in Loki data source asks for them. */
@NullMarked
package dev.fourfold.gateway.loki;

import org.jspecify.annotations.NullMarked;
