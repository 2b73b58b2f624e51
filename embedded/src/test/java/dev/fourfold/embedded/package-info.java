/** Tests of the embedded stores, on the real servers. */
@NullMarked
package dev.fourfold.embedded;

import org.jspecify.annotations.NullMarked;
