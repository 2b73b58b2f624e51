/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.run;

import org.jspecify.annotations.NullMarked;
