/** Loki at the door. */
@NullMarked
package dev.fourfold.gateway.loki;

import org.jspecify.annotations.NullMarked;
