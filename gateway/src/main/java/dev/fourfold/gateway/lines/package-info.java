/** What the doors for log lines share: how a line without a number of its own is known again. */
@NullMarked
package dev.fourfold.gateway.lines;

import org.jspecify.annotations.NullMarked;
