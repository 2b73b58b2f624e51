/** The REST API of our own at the door. */
@NullMarked
package dev.fourfold.gateway.v1;

import org.jspecify.annotations.NullMarked;
