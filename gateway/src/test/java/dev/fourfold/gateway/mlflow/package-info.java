/** The MLflow REST protocol at the door. */
@NullMarked
package dev.fourfold.gateway.mlflow;

import org.jspecify.annotations.NullMarked;
