/** Measures what goes through JDBC, for the adapters of two services. */
@NullMarked
package dev.fourfold.contract.meters.jdbc;

import org.jspecify.annotations.NullMarked;
