/** Work that several requests want at the same time, done once for all of them. */
@NullMarked
package dev.fourfold.gateway.calls;

import org.jspecify.annotations.NullMarked;
