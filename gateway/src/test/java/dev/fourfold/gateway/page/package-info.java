/** Tests of what a browser sees. */
@NullMarked
package dev.fourfold.gateway.page;

import org.jspecify.annotations.NullMarked;
