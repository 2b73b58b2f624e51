/** Lists of work: items that are given to one worker at a time, and completed once. */
@NullMarked
package dev.fourfold.metadata.work;

import org.jspecify.annotations.NullMarked;
