/** The MLflow REST protocol, as clients of mlflow 3.17.2 speak it. */
@NullMarked
package dev.fourfold.gateway.mlflow;

import org.jspecify.annotations.NullMarked;
