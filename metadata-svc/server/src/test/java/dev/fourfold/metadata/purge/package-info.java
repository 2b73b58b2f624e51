/** Tests of purges. */
@NullMarked
package dev.fourfold.metadata.purge;

import org.jspecify.annotations.NullMarked;
