/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.generation;

import org.jspecify.annotations.NullMarked;
