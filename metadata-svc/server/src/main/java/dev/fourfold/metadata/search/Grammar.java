package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Comparison.Operand;
import dev.fourfold.metadata.text.Python;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of thing can be searched by: which fields an identifier may name, and which comparisons each takes. A
 * new kind of thing is a new implementation; reading, printing and compiling stay.
 */
sealed interface Grammar permits RunGrammar, ExperimentGrammar, RegistryGrammar {

    /** The field that an identifier of a filter names. */
    Field filterField(String identifier);

    /** The field that an identifier of an order names. */
    Field orderField(String identifier);

    /** Refuses {@code IS NULL} where the field does not know it. */
    void checkPresence(Field field);

    /** The attributes that may be compared with a list. */
    List<Attribute> listed();

    /** The clause that a comparison means, its value being of the right type. */
    Clause clause(Field field, Comparison comparison, Value value);

    /** The value that an attribute is compared with. */
    default Value attributeValue(Attribute attribute, Operand right) {
        return attribute.numeric() ? whole(attribute, right) : attributeText(attribute, right);
    }

    /** Whether a message puts what it refuses in quotes. */
    boolean quoteRefused();

    /** Whether the same field may be given twice in an order; the second one changes nothing. */
    boolean repeatsInOrder();

    /** A value of the right type for its field. */
    sealed interface Value {
        record Real(double value) implements Value {}

        record Whole(WholeNumbers value) implements Value {}

        record Text(String value) implements Value {}

        record Texts(List<String> values) implements Value {}

        record None() implements Value {}
    }

    /** Reads a filter; null and empty mean everything. */
    default Filter filter(@Nullable String text) {
        var comparisons = FilterReader.read(text, quoteRefused());
        var fields = new ArrayList<Field>(comparisons.size());
        var values = new ArrayList<Value>(comparisons.size());
        for (var comparison : comparisons) {
            if (!comparison.left().is(Operand.Kind.IDENTIFIER)) {
                throw Refusal.because("Invalid comparison clause. Expected 'Identifier' found '"
                        + comparison.left().text() + "'");
            }
            var field = filterField(comparison.left().text());
            fields.add(field);
            values.add(value(field, comparison.right()));
        }
        var clauses = new ArrayList<Clause>(comparisons.size());
        for (int i = 0; i < comparisons.size(); i++) {
            clauses.add(clause(fields.get(i), comparisons.get(i), values.get(i)));
        }
        return new Filter(clauses);
    }

    /** Reads an order. */
    default List<OrderKey> order(List<String> texts) {
        var keys = new ArrayList<OrderKey>(texts.size());
        var seen = new HashSet<Field>();
        for (var text : texts) {
            var key = orderKey(text);
            if (seen.add(key.field())) {
                keys.add(key);
            } else if (!repeatsInOrder()) {
                throw Refusal.because("`order_by` contains duplicate fields: " + Python.literal(texts));
            }
        }
        return List.copyOf(keys);
    }

    private OrderKey orderKey(String text) {
        Refusal.unlessStorable("order_by clause", text);
        var tokens = Tokenizer.tokens(text);
        boolean bare = !tokens.isEmpty()
                && tokens.getFirst().start() == 0
                && tokens.getLast().end() == text.length();
        var identifier = bare ? FilterReader.identifier(text, tokens) : null;
        if (identifier == null || tokens.size() > identifier.next() + 1) {
            throw Refusal.because("Invalid order_by clause '" + text + "'. Could not be parsed.");
        }
        boolean ascending = true;
        if (tokens.size() == identifier.next() + 1) {
            var direction = tokens.getLast();
            if (!direction.is(Token.Kind.WORD)) {
                throw Refusal.because("Invalid order_by clause '" + text + "'. Could not be parsed.");
            }
            ascending = switch (direction.text().toLowerCase(Locale.ROOT)) {
                case "asc" -> true;
                case "desc" -> false;
                default -> throw Refusal.because("Invalid ordering key in order_by clause '" + text + "'.");
            };
        }
        return switch (orderField(identifier.text())) {
            case Field.Metric field -> new OrderKey.ByMetric(field, ascending);
            case Field.Param field -> new OrderKey.ByParam(field, ascending);
            case Field.Tag field -> new OrderKey.ByTag(field, ascending);
            case Field.Fixed field -> new OrderKey.ByAttribute(field, ascending);
            case Field.Dataset _ -> throw Refusal.because("Invalid identifier type 'dataset'");
        };
    }

    private Value value(Field field, @Nullable Operand right) {
        if (right == null) {
            checkPresence(field);
            return new Value.None();
        }
        return switch (field) {
            case Field.Metric _ -> {
                if (!right.is(Operand.Kind.INTEGER) && !right.is(Operand.Kind.DECIMAL)) {
                    throw Refusal.because("Expected numeric value type for metric. Found " + right.text());
                }
                yield new Value.Real(Double.parseDouble(right.text()));
            }
            case Field.Param _ -> keyedText("parameter", right);
            case Field.Tag _ -> keyedText("tag", right);
            case Field.Fixed fixed -> attributeValue(fixed.attribute(), right);
            case Field.Dataset _ -> {
                if (right.is(Operand.Kind.LIST)) {
                    yield new Value.Texts(TextList.read(right.text()));
                }
                if (!right.is(Operand.Kind.TEXT) && !right.is(Operand.Kind.IDENTIFIER)) {
                    throw Refusal.because(
                            "Expected a quoted string value for dataset attributes. Got value " + right.text());
                }
                yield text(right);
            }
        };
    }

    private static Value keyedText(String what, Operand right) {
        if (!right.is(Operand.Kind.TEXT) && !right.is(Operand.Kind.IDENTIFIER)) {
            throw Refusal.because(
                    "Expected a quoted string value for " + what + " (e.g. 'my-value'). Got value " + right.text());
        }
        return text(right);
    }

    private static Value whole(Attribute attribute, Operand right) {
        if (right.is(Operand.Kind.INTEGER)) {
            return new Value.Whole(WholeNumbers.ofInteger(right.text()));
        }
        if (right.is(Operand.Kind.DECIMAL)) {
            return new Value.Whole(WholeNumbers.ofDecimal(right.text()));
        }
        throw Refusal.because(
                "Expected numeric value type for numeric attribute: " + attribute.key() + ". Found " + right.text());
    }

    private Value attributeText(Attribute attribute, Operand right) {
        if (right.is(Operand.Kind.TEXT) || right.is(Operand.Kind.IDENTIFIER)) {
            return text(right);
        }
        if (!right.is(Operand.Kind.LIST)) {
            throw Refusal.because("Expected a quoted string value for attributes. Got value " + right.text());
        }
        return attributeList(attribute, right);
    }

    /** The list that an attribute is compared with; refused where the attribute takes none. */
    default Value attributeList(Attribute attribute, Operand right) {
        if (!listed().contains(attribute)) {
            var names = listed().stream().map(Attribute::key).toList();
            throw Refusal.because("Only " + Python.literal(names)
                    + " attributes support comparison with a list of quoted string values.");
        }
        return new Value.Texts(TextList.read(right.text()));
    }

    /** A text in quotes. */
    static Value text(Operand right) {
        var text = right.text();
        if (!Quotes.around(text, '\'') && !Quotes.around(text, '"')) {
            throw Refusal.because("Parameter value is either not quoted or unidentified quote types used for string "
                    + "value " + text + ". Use either single or double quotes.");
        }
        return new Value.Text(Quotes.inside(text));
    }
}
