/** The generation and the on/off switch of cached answers, recorded in PostgreSQL. */
@NullMarked
package dev.fourfold.metadata.generation;

import org.jspecify.annotations.NullMarked;
