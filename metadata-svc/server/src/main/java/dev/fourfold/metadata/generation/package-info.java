/** The generation of cached answers, one row that decides whether they may be used. */
@NullMarked
package dev.fourfold.metadata.generation;

import org.jspecify.annotations.NullMarked;
