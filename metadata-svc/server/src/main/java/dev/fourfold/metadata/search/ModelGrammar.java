package dev.fourfold.metadata.search;

import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.search.Comparison.Operand;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What logged models can be searched by. MLflow reads these filters with other rules than those of {@link Grammar}: only
 * plural prefixes, values with or without quotes, and IN for everything that is text.
 */
final class ModelGrammar {

    private static final Pattern PREFIXED = Pattern.compile("([a-z]+)\\.(.+)", Pattern.DOTALL);
    private static final List<String> KINDS = List.of("attributes", "metrics", "params", "tags");
    private static final List<String> NUMBER_OPERATORS = List.of("<", "<=", ">", ">=", "=", "!=");
    private static final List<String> TEXT_OPERATORS = List.of("=", "!=", "LIKE", "ILIKE", "IN", "NOT IN");

    private ModelGrammar() {}

    /** Reads a filter; null and empty mean everything. */
    static Filter filter(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Filter.EVERYTHING;
        }
        Refusal.unlessStorable("filter string", text);
        var read = FilterReader.read(text);
        if (read == null) {
            throw Refusal.because(
                    "Invalid filter string: " + Python.literal(text) + ". Expected a single SQL expression.");
        }
        if (!read.refused().isEmpty()) {
            throw Refusal.because("Invalid filter string: " + Python.literal(text) + ". Expected a list of comparisons"
                    + " separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').");
        }
        var clauses = new ArrayList<Clause>(read.comparisons().size());
        for (var comparison : read.comparisons()) {
            clauses.add(clause(comparison));
        }
        return new Filter(clauses);
    }

    private static Clause clause(Comparison comparison) {
        var right = comparison.right();
        if (right == null) {
            throw Refusal.because("Invalid comparison: " + comparison.left().text() + comparison.operator()
                    + ". Expected a comparison with 3 tokens.");
        }
        var operator = comparison.operator();
        return switch (field(comparison.left().text())) {
            case Field.Metric(var key) -> {
                check("metrics." + key, operator, NUMBER_OPERATORS);
                yield new Clause.MetricComparison(key, number(operator), real("metric", right));
            }
            case Field.Param(var key) -> new Clause.ParamComparison(key, condition("params." + key, operator, right));
            case Field.Tag(var key) -> new Clause.TagComparison(key, condition("tags." + key, operator, right));
            case Field.Fixed(var attribute)
            when attribute.numeric() -> {
                check("attributes." + attribute.key(), operator, NUMBER_OPERATORS);
                yield new Clause.NumberAttributeComparison(attribute, number(operator), whole(attribute, right));
            }
            case Field.Fixed(var attribute) ->
                new Clause.TextAttributeComparison(
                        attribute, condition("attributes." + attribute.key(), operator, right));
            case Field.Dataset _ -> throw new IllegalStateException("a filter of logged models names no dataset");
        };
    }

    private static Field field(String identifier) {
        var prefixed = PREFIXED.matcher(identifier);
        if (!prefixed.matches()) {
            return new Field.Fixed(attribute(Quotes.withoutBackticks(identifier)));
        }
        var key = Quotes.withoutBackticks(prefixed.group(2));
        return switch (prefixed.group(1)) {
            case "attributes" -> new Field.Fixed(attribute(key));
            case "metrics" -> new Field.Metric(key);
            case "params" -> new Field.Param(key);
            case "tags" -> new Field.Tag(key);
            default ->
                throw Refusal.because("Invalid entity type: " + Python.literal(prefixed.group(1)) + ". Expected one of "
                        + Python.literal(KINDS) + ".");
        };
    }

    private static ModelAttribute attribute(String key) {
        var attribute = ModelAttribute.of(key);
        if (attribute == null) {
            var keys = Arrays.stream(ModelAttribute.values())
                    .map(ModelAttribute::key)
                    .toList();
            throw Refusal.because(
                    "Invalid attribute key " + Python.literal(key) + " specified. Valid keys are " + Refusal.set(keys));
        }
        return attribute;
    }

    private static void check(String field, String operator, List<String> valid) {
        if (!valid.contains(operator)) {
            var list = Python.literal(valid);
            throw Refusal.because("Invalid comparison operator for " + field + ": " + Python.literal(operator)
                    + ". Expected one of (" + list.substring(1, list.length() - 1) + ").");
        }
    }

    private static NumberOperator number(String operator) {
        var known = NumberOperator.of(operator);
        if (known == null) {
            throw new IllegalStateException("checked before: " + operator);
        }
        return known;
    }

    private static TextCondition condition(String field, String operator, Operand right) {
        check(field, operator, TEXT_OPERATORS);
        if (right.is(Operand.Kind.LIST)) {
            var values =
                    right.text().replaceAll("\\s", "").equals("()") ? List.<String>of() : TextList.read(right.text());
            return switch (operator) {
                case "IN" -> new TextCondition.OneOf(values);
                case "NOT IN" -> new TextCondition.NoneOf(values);
                default ->
                    throw Refusal.because("Invalid comparison: the operator " + Python.literal(operator)
                            + " takes no list of values.");
            };
        }
        var value = withoutQuotes(right.text());
        return switch (operator) {
            case "=" -> new TextCondition.Is(value);
            case "!=" -> new TextCondition.IsNot(value);
            case "LIKE" -> new TextCondition.Like(Operators.checked(value), false);
            case "ILIKE" -> new TextCondition.Like(Operators.checked(value), true);
            default ->
                throw Refusal.because(
                        "Invalid comparison: the operator " + Python.literal(operator) + " takes a list of values.");
        };
    }

    /** All single quotes at both ends; double ones belong to the value. */
    private static String withoutQuotes(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == '\'') {
            from++;
        }
        while (to > from && text.charAt(to - 1) == '\'') {
            to--;
        }
        return text.substring(from, to);
    }

    private static double real(String what, Operand right) {
        if (right.is(Operand.Kind.INTEGER) || right.is(Operand.Kind.DECIMAL)) {
            return Double.parseDouble(right.text());
        }
        return switch (right.text().toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity" -> Double.POSITIVE_INFINITY;
            default -> throw Refusal.because("Expected numeric value type for " + what + ". Found " + right.text());
        };
    }

    private static WholeNumbers whole(Attribute attribute, Operand right) {
        if (right.is(Operand.Kind.INTEGER)) {
            return WholeNumbers.ofInteger(right.text());
        }
        if (right.is(Operand.Kind.DECIMAL)) {
            return WholeNumbers.ofDecimal(right.text());
        }
        throw Refusal.because(
                "Expected numeric value type for numeric attribute: " + attribute.key() + ". Found " + right.text());
    }

    /** What an order names: a metric, or an attribute. */
    static Field orderField(ModelOrder order) {
        var name = Texts.storable("field_name", order.fieldName());
        int dot = name.indexOf('.');
        if (dot >= 0 && name.substring(0, dot).equals("metrics")) {
            return new Field.Metric(name.substring(dot + 1));
        }
        if (dot >= 0) {
            throw Refusal.because("Invalid order by field name: " + name + ". Only metrics are supported.");
        }
        var attribute = ModelAttribute.of(name);
        if (attribute == null) {
            throw Refusal.because("Invalid order by field name: " + name);
        }
        return new Field.Fixed(attribute);
    }
}
