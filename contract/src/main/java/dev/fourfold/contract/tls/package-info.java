/** Whom the adapters of the stores trust. */
@NullMarked
package dev.fourfold.contract.tls;

import org.jspecify.annotations.NullMarked;
