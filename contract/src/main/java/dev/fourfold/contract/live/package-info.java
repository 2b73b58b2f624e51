/** What is new of some runs, as it comes: from a service to those who listen, in one process or across HTTP. */
@NullMarked
package dev.fourfold.contract.live;

import org.jspecify.annotations.NullMarked;
