/** What others may know of cache-svc: hot answers that are never stale. */
@NullMarked
package dev.fourfold.cache;

import org.jspecify.annotations.NullMarked;
