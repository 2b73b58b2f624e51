package dev.fourfold.metadata.search;

import org.jspecify.annotations.Nullable;

/**
 * A comparison as it was written, before anyone asked whether its field exists.
 *
 * @param operator in upper case, with single spaces: {@code =}, {@code NOT IN}, {@code IS NULL}, ...
 * @param written the operator as written
 * @param right null for {@code IS NULL} and {@code IS NOT NULL}
 */
record Comparison(
        Operand left,
        String operator,
        String written,
        @Nullable Operand right) {

    /**
     * One side of a comparison.
     *
     * @param text as written, quotes and all
     */
    record Operand(Kind kind, String text) {
        enum Kind {
            IDENTIFIER,
            TEXT,
            INTEGER,
            DECIMAL,
            LIST,
            NULL,
            /** A calculation, a chain of comparisons, a placeholder: never of use, but named in messages. */
            COMPOUND
        }

        boolean is(Kind other) {
            return kind == other;
        }
    }
}
