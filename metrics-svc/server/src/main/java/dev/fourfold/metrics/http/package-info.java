/** Metrics-svc over HTTP, for the gateway where the service is a process of its own. */
@NullMarked
package dev.fourfold.metrics.http;

import org.jspecify.annotations.NullMarked;
