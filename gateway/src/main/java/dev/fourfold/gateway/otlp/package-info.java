/** OpenTelemetry's door: log records by OTLP/HTTP, as any of its exporters sends them. */
@NullMarked
package dev.fourfold.gateway.otlp;

import org.jspecify.annotations.NullMarked;
