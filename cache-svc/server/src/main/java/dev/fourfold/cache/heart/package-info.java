/** The rules of beats over any store. */
@NullMarked
package dev.fourfold.cache.heart;

import org.jspecify.annotations.NullMarked;
