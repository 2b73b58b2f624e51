package dev.fourfold.metadata.search;

import java.util.List;

/** What a text must fulfil. */
sealed interface TextCondition {

    /** Byte for byte the same. */
    record Is(String value) implements TextCondition {}

    /** There, and different. */
    record IsNot(String value) implements TextCondition {}

    /** SQL's LIKE: {@code %}, {@code _} and backslash as the escape. */
    record Like(String pattern, boolean ignoreCase) implements TextCondition {}

    /** One of a list. */
    record OneOf(List<String> values) implements TextCondition {
        public OneOf {
            values = List.copyOf(values);
        }
    }

    /** There, and none of a list. */
    record NoneOf(List<String> values) implements TextCondition {
        public NoneOf {
            values = List.copyOf(values);
        }
    }

    /** {@code IS NULL}: there is no such key. */
    record Absent() implements TextCondition {}

    /** {@code IS NOT NULL}: there is such a key. */
    record Present() implements TextCondition {}
}
