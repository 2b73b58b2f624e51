/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.cache.state;

import org.jspecify.annotations.NullMarked;
