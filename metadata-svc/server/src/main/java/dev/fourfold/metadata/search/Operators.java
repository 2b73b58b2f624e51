package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Grammar.Value;
import java.util.List;

/** Which operators go with which values, and the messages where they do not. */
final class Operators {

    static final List<String> NUMBERS = List.of("!=", "<", "<=", "=", ">", ">=");
    static final List<String> KEYED = List.of("!=", "=", "ILIKE", "IS NOT NULL", "IS NULL", "LIKE");
    static final List<String> TEXTS = List.of("!=", "=", "ILIKE", "IN", "LIKE", "NOT IN");

    private Operators() {}

    static NumberOperator forMetric(String operator) {
        var known = NumberOperator.of(operator);
        if (known == null) {
            throw invalid(operator, NUMBERS, "");
        }
        return known;
    }

    static NumberOperator forNumericAttribute(String operator) {
        var known = NumberOperator.of(operator);
        if (known == null) {
            throw invalid(operator, TEXTS, "");
        }
        return known;
    }

    /** Of a param or a tag. */
    static TextCondition forKeyed(String operator, Value value, String closingQuote) {
        if (!KEYED.contains(operator)) {
            throw invalid(operator, KEYED, closingQuote);
        }
        return condition(operator, value);
    }

    /** Of an attribute or a dataset. */
    static TextCondition forText(String operator, Value value, String closingQuote) {
        if (!TEXTS.contains(operator)) {
            throw invalid(operator, TEXTS, closingQuote);
        }
        return condition(operator, value);
    }

    /** MLflow forgets the closing quote in some of these. */
    private static RuntimeException invalid(String operator, List<String> valid, String closingQuote) {
        return Refusal.because(
                "Invalid comparator '" + operator + "' not one of '" + Refusal.set(valid) + closingQuote);
    }

    private static TextCondition condition(String operator, Value value) {
        return switch (value) {
            case Value.Text(var text) ->
                switch (operator) {
                    case "=" -> new TextCondition.Is(text);
                    case "!=" -> new TextCondition.IsNot(text);
                    case "LIKE" -> new TextCondition.Like(checked(text), false);
                    case "ILIKE" -> new TextCondition.Like(checked(text), true);
                    default -> throw misplaced(operator);
                };
            // A list of one in brackets is what stands in the brackets.
            case Value.Texts(var texts)
            when texts.size() == 1 && !operator.endsWith("IN") -> condition(operator, new Value.Text(texts.getFirst()));
            case Value.Texts(var texts) ->
                switch (operator) {
                    case "IN" -> new TextCondition.OneOf(texts);
                    case "NOT IN" -> new TextCondition.NoneOf(texts);
                    default -> throw misplaced(operator);
                };
            case Value.None() -> operator.equals("IS NULL") ? new TextCondition.Absent() : new TextCondition.Present();
            case Value.Real _, Value.Whole _ -> throw misplaced(operator);
        };
    }

    /** PostgreSQL refuses a pattern whose last character is an escape with nothing to escape. */
    static String checked(String pattern) {
        int backslashes = 0;
        for (int i = pattern.length() - 1; i >= 0 && pattern.charAt(i) == '\\'; i--) {
            backslashes++;
        }
        if (backslashes % 2 == 1) {
            throw Refusal.because("Invalid pattern '" + pattern + "': it must not end with an escape character.");
        }
        return pattern;
    }

    /** MLflow's server answers 500 to these. */
    private static RuntimeException misplaced(String operator) {
        return Refusal.because(
                "Invalid comparison clause. The operator '" + operator + "' does not go with this kind of value");
    }
}
