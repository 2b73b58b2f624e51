/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.cache.heart;

import org.jspecify.annotations.NullMarked;
