/** Fourfold's own REST API, /api/v1. */
@NullMarked
package dev.fourfold.gateway.v1;

import org.jspecify.annotations.NullMarked;
