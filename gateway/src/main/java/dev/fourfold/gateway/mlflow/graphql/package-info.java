/** The queries that MLflow's web page sends by GraphQL. */
@NullMarked
package dev.fourfold.gateway.mlflow.graphql;

import org.jspecify.annotations.NullMarked;
