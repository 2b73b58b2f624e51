/** The adapter to PostgreSQL, the only package that sees JDBC. */
@NullMarked
package dev.fourfold.metadata.postgres;

import org.jspecify.annotations.NullMarked;
