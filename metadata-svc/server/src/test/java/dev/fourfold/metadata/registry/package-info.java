/** Tests of the model registry. */
@NullMarked
package dev.fourfold.metadata.registry;

import org.jspecify.annotations.NullMarked;
