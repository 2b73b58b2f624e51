/** The commands of fourfold. */
@NullMarked
package dev.fourfold.standalone;

import org.jspecify.annotations.NullMarked;
