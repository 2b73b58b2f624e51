package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.WholeNumbers.LongCondition;
import java.util.List;

/** Conditions as SQL. */
final class Conditions {

    /** Indexes hold this many characters of a value; see the migration. */
    static final int INDEXED_CHARACTERS = 200;

    private Conditions() {}

    /** A condition on a text that is never null, or whose null must not match. */
    static Sql text(String column, TextCondition condition) {
        return switch (condition) {
            case TextCondition.Is(var value) -> new Sql().add(column + " = ?", value);
            case TextCondition.IsNot(var value) -> new Sql().add(column + " <> ?", value);
            case TextCondition.Like(var pattern, var ignoreCase) ->
                new Sql().add(column + (ignoreCase ? " ILIKE ?" : " LIKE ?"), pattern);
            case TextCondition.OneOf(var values) -> new Sql().add(column + " = ANY (?)", texts(values));
            case TextCondition.NoneOf(var values) -> new Sql().add(column + " <> ALL (?)", texts(values));
            case TextCondition.Absent() -> new Sql().add(column + " IS NULL");
            case TextCondition.Present() -> new Sql().add(column + " IS NOT NULL");
        };
    }

    static Object texts(List<String> values) {
        return values.toArray(new String[0]);
    }

    /** A condition on a whole number; null never matches. */
    static Sql whole(String column, NumberOperator operator, WholeNumbers value) {
        return switch (value.toCondition(operator)) {
            case LongCondition.Compare(var sign, var number) -> new Sql().add(column + " " + sign + " ?", number);
            case LongCondition.Constant(var outcome) -> new Sql().add(outcome ? column + " IS NOT NULL" : "FALSE");
        };
    }

    /**
     * A condition on the row of a table of keys and values that belongs to an outer row, asked of the primary key
     * (owner, key): {@code OFFSET 0} keeps the planner from hashing the whole table.
     *
     * @param owner for example {@code t.run_pk = r.run_pk}
     */
    static Sql keyed(String table, String owner, String key, TextCondition condition) {
        var start = "EXISTS (SELECT 1 FROM " + table + " t WHERE " + owner + " AND t.key = ?";
        return switch (condition) {
            case TextCondition.Present() -> new Sql().add(start + " OFFSET 0)", key);
            case TextCondition.Absent() -> new Sql().add("NOT " + start + " OFFSET 0)", key);
            case TextCondition.Is _,
                    TextCondition.IsNot _,
                    TextCondition.Like _,
                    TextCondition.OneOf _,
                    TextCondition.NoneOf _ ->
                new Sql()
                        .add(start + " AND ", key)
                        .add(text("t.value", condition))
                        .add(" OFFSET 0)");
        };
    }

    /**
     * The same on a table with an index on (key, value): equality is answered from that or from the primary key, as the
     * planner finds cheaper for the value.
     */
    static Sql keyedAndIndexed(String table, String owner, String key, TextCondition condition) {
        if (!(condition instanceof TextCondition.Is(var value))) {
            return keyed(table, owner, key, condition);
        }
        return new Sql()
                .add(
                        "EXISTS (SELECT 1 FROM " + table + " t WHERE " + owner + " AND t.key = ? AND left(t.value, "
                                + INDEXED_CHARACTERS + ") = ? AND t.value = ?)",
                        key,
                        indexed(value),
                        value);
    }

    /** A condition on a text that has an index on its beginning. */
    static Sql indexedText(String column, TextCondition condition) {
        if (!(condition instanceof TextCondition.Is(var value))) {
            return text(column, condition);
        }
        return new Sql()
                .add(
                        "(left(" + column + ", " + INDEXED_CHARACTERS + ") = ? AND " + column + " = ?)",
                        indexed(value),
                        value);
    }

    private static String indexed(String value) {
        return value.codePointCount(0, value.length()) <= INDEXED_CHARACTERS
                ? value
                : value.substring(0, value.offsetByCodePoints(0, INDEXED_CHARACTERS));
    }
}
