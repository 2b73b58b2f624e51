/** Reads requests by MLflow's rules: JSON or query, either spelling, its types and its messages. */
@NullMarked
package dev.fourfold.gateway.mlflow.request;

import org.jspecify.annotations.NullMarked;
