/** The REST API of our own at the door. */
@NullMarked
package dev.fourfold.gateway.otlp;

import org.jspecify.annotations.NullMarked;
