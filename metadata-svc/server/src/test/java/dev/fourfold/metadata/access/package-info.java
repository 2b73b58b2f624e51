/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.access;

import org.jspecify.annotations.NullMarked;
