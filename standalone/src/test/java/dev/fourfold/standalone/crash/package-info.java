/** The crash harness: writers who remember every outcome, a killer, and a checker that compares memory and platform. */
@NullMarked
package dev.fourfold.standalone.crash;

import org.jspecify.annotations.NullMarked;
