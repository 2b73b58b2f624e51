/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.text;

import org.jspecify.annotations.NullMarked;
