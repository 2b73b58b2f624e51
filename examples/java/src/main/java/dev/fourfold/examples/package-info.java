/** A training tracked with MLflow's own Java client. */
@NullMarked
package dev.fourfold.examples;

import org.jspecify.annotations.NullMarked;
