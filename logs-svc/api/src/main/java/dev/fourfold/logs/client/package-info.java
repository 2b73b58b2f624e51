/** Calls logs-svc where it is a process of its own. */
@NullMarked
package dev.fourfold.logs.client;

import org.jspecify.annotations.NullMarked;
