/** Tests of features. */
@NullMarked
package dev.fourfold.metadata.feature;

import org.jspecify.annotations.NullMarked;
