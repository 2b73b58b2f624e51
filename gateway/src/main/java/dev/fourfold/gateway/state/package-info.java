/** Training state between the two stores that know of it: what it holds is in Redis, what it stands on in PostgreSQL. */
@NullMarked
package dev.fourfold.gateway.state;

import org.jspecify.annotations.NullMarked;
