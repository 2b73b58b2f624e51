/** How a process of ours writes its own log. */
@NullMarked
package dev.fourfold.contract.log;

import org.jspecify.annotations.NullMarked;
