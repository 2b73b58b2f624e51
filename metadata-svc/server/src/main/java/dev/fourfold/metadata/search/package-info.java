/** MLflow's search grammar: text is parsed once into sealed types, which compile to SQL with bound parameters only. */
@NullMarked
package dev.fourfold.metadata.search;

import org.jspecify.annotations.NullMarked;
