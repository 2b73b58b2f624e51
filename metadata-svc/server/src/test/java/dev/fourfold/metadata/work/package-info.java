/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.work;

import org.jspecify.annotations.NullMarked;
