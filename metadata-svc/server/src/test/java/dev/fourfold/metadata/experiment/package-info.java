/** Tests of the package of the same name. */
@NullMarked
package dev.fourfold.metadata.experiment;

import org.jspecify.annotations.NullMarked;
