/** Work that several requests want at the same time, done once for all of them. */
@NullMarked
package dev.fourfold.gateway.shared;

import org.jspecify.annotations.NullMarked;
