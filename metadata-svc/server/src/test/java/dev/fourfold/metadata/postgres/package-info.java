/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.postgres;

import org.jspecify.annotations.NullMarked;
