/** What may be stored as text: MLflow's rules for keys and lengths, with MLflow's messages, and what PostgreSQL refuses. */
@NullMarked
package dev.fourfold.metadata.text;

import org.jspecify.annotations.NullMarked;
