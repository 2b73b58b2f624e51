/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.state;

import org.jspecify.annotations.NullMarked;
