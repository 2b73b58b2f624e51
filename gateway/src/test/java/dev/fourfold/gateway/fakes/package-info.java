/** In-memory services behind the operations interfaces, for tests of the door alone. */
@NullMarked
package dev.fourfold.gateway.fakes;

import org.jspecify.annotations.NullMarked;
