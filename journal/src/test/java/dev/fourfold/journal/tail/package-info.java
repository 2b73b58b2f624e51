/** Tests of the tail. */
@NullMarked
package dev.fourfold.journal.tail;

import org.jspecify.annotations.NullMarked;
