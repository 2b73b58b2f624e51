/** Metrics-svc across HTTP: the client that stands in for the service where the service is another process. */
@NullMarked
package dev.fourfold.metrics.client;

import org.jspecify.annotations.NullMarked;
