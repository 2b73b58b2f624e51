/** Tests of what every API family goes through. */
@NullMarked
package dev.fourfold.gateway.http;

import org.jspecify.annotations.NullMarked;
