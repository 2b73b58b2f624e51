/** Logged models: their rules, and the port to the store that keeps them. */
@NullMarked
package dev.fourfold.metadata.model;

import org.jspecify.annotations.NullMarked;
