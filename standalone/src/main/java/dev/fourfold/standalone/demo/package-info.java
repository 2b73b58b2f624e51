/** A real training run, tracked and read back. */
@NullMarked
package dev.fourfold.standalone.demo;

import org.jspecify.annotations.NullMarked;
