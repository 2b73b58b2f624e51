/** What the gateway's tests share. */
@NullMarked
package dev.fourfold.gateway;

import org.jspecify.annotations.NullMarked;
