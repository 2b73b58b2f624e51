package dev.fourfold.metadata.search;

import org.jspecify.annotations.Nullable;

/**
 * One key of an order in SQL terms.
 *
 * @param rank an expression that is 0 for rows with a value, 1 for NaN and 2 for rows without; null where every row has
 *     a value, so that an index can serve the order
 * @param value the expression ordered by within rank 0
 * @param join what makes the value reachable, or null
 */
record SortKey(
        @Nullable String rank,
        String value,
        Type type,
        boolean ascending,
        @Nullable Sql join) {

    enum Type {
        WHOLE("bigint"),
        REAL("float8"),
        TEXT("text");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }

    /** A key that every row has. */
    static SortKey always(String value, Type type, boolean ascending) {
        return new SortKey(null, value, type, ascending, null);
    }

    /** How many columns of the result it takes. */
    int columns() {
        return rank == null ? 1 : 2;
    }
}
