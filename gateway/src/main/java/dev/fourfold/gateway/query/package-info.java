/** What the readers of small query languages share. */
@NullMarked
package dev.fourfold.gateway.query;

import org.jspecify.annotations.NullMarked;
