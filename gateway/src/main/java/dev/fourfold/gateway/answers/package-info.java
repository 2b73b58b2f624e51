/** Rendered answers that are kept hot, and which changes make them worthless. */
@NullMarked
package dev.fourfold.gateway.answers;

import org.jspecify.annotations.NullMarked;
