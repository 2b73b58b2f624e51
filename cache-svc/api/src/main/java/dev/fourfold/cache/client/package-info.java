/** Calls cache-svc where it is a process of its own. */
@NullMarked
package dev.fourfold.cache.client;

import org.jspecify.annotations.NullMarked;
