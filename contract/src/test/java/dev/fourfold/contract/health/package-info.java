/** What probes are told, over HTTP. */
@NullMarked
package dev.fourfold.contract.health;

import org.jspecify.annotations.NullMarked;
