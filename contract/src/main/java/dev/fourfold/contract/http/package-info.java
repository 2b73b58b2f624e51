/** How a problem leaves one service and enters another: an exception handler and a client filter. */
@NullMarked
package dev.fourfold.contract.http;

import org.jspecify.annotations.NullMarked;
