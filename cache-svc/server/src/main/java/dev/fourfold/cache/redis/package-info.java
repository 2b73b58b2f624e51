/** Hot answers in Redis: the only package that knows the driver. */
@NullMarked
package dev.fourfold.cache.redis;

import org.jspecify.annotations.NullMarked;
