/** What was appended last, held in memory for those who listen as it comes. */
@NullMarked
package dev.fourfold.journal.tail;

import org.jspecify.annotations.NullMarked;
