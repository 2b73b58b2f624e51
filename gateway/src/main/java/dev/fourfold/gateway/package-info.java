/** The only public door: every API family, and what leads to them. */
@NullMarked
package dev.fourfold.gateway;

import org.jspecify.annotations.NullMarked;
