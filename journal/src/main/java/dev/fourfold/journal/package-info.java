/** The durable journal that a service appends to before it answers, and that drains to its store in large batches. */
@NullMarked
package dev.fourfold.journal;

import org.jspecify.annotations.NullMarked;
