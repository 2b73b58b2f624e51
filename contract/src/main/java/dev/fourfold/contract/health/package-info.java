/** What probes are told of a service. */
@NullMarked
package dev.fourfold.contract.health;

import org.jspecify.annotations.NullMarked;
