/** Who may use which route. */
@NullMarked
package dev.fourfold.gateway.security;

import org.jspecify.annotations.NullMarked;
