/** Logged models with their params, tags and metrics: the operations and their records. */
@NullMarked
package dev.fourfold.metadata.model;

import org.jspecify.annotations.NullMarked;
