/** Tests of searching: against the facts of MLflow's own server, against PostgreSQL, and with generated input. */
@NullMarked
package dev.fourfold.metadata.search;

import org.jspecify.annotations.NullMarked;
