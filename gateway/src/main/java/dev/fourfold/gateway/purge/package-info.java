/** Goes on with purges of runs: has each store remove what it holds of them, until all have. */
@NullMarked
package dev.fourfold.gateway.purge;

import org.jspecify.annotations.NullMarked;
