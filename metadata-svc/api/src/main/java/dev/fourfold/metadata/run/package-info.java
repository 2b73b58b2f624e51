/** Runs with their params, tags and latest metric values: the operations and their records. */
@NullMarked
package dev.fourfold.metadata.run;

import org.jspecify.annotations.NullMarked;
