/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.heart;

import org.jspecify.annotations.NullMarked;
