package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Comparison.Operand;
import java.util.List;
import java.util.Set;

/** What things of the model registry can be searched by: their tags, and attributes that differ. */
abstract sealed class RegistryGrammar implements Grammar permits RegisteredModelGrammar, ModelVersionGrammar {

    private static final Set<String> TAG_OPERATORS = Set.of("=", "!=", "LIKE", "ILIKE");
    private static final Set<String> TEXT_OPERATORS = Set.of("=", "!=", "LIKE", "ILIKE", "IN", "NOT IN");

    /** The attributes of filters. */
    abstract List<? extends Attribute> filterAttributes();

    @Override
    public final Field filterField(String identifier) {
        int dot = identifier.indexOf('.');
        var kind = dot < 0 ? "attribute" : identifier.substring(0, dot);
        var key = identifier.substring(dot + 1);
        return switch (kind) {
            case "tag", "tags" -> new Field.Tag(Quotes.key(key));
            // Unlike the keys of tags, those of attributes stand without quotes.
            case "attribute" -> new Field.Fixed(named(key, filterAttributes()));
            default ->
                throw Refusal.because(
                        "Invalid entity type '" + kind + "'. Valid entity types are ('attribute', 'tag', 'tags')");
        };
    }

    static Attribute named(String key, List<? extends Attribute> attributes) {
        for (var attribute : attributes) {
            if (attribute.key().equals(key)) {
                return attribute;
            }
        }
        throw Refusal.because(
                "Invalid attribute key '" + key + "' specified. Valid keys are '" + keys(attributes) + "'");
    }

    static String keys(List<? extends Attribute> attributes) {
        return Refusal.set(attributes.stream().map(Attribute::key).toList());
    }

    @Override
    public final void checkPresence(Field field) {
        throw Refusal.because("IS NULL / IS NOT NULL is not supported in the model registry");
    }

    @Override
    public Value attributeValue(Attribute attribute, Operand right) {
        return switch (right.kind()) {
            case TEXT, IDENTIFIER -> Grammar.text(right);
            case LIST -> attributeList(attribute, right);
            case INTEGER, DECIMAL, NULL, COMPOUND ->
                throw Refusal.because("Expected a quoted string value or a list of quoted string values for attributes."
                        + " Got value " + right.text());
        };
    }

    @Override
    public final boolean quoteRefused() {
        return false;
    }

    @Override
    public final boolean repeatsInOrder() {
        return false;
    }

    @Override
    public final Clause clause(Field field, Comparison comparison, Value value) {
        var operator = comparison.operator();
        return switch (field) {
            case Field.Tag(var key) -> {
                if (!TAG_OPERATORS.contains(operator)) {
                    throw Refusal.because("Invalid comparator for tag: " + operator);
                }
                yield new Clause.TagComparison(key, Operators.forKeyed(operator, value, ""));
            }
            case Field.Fixed(var attribute)
            when attribute.numeric() -> {
                var sign = NumberOperator.of(operator);
                if (sign == null) {
                    throw Refusal.because("Invalid comparator for attribute " + attribute.key() + ": " + operator);
                }
                yield new Clause.NumberAttributeComparison(attribute, sign, number(attribute, value));
            }
            case Field.Fixed(var attribute) -> {
                if (!TEXT_OPERATORS.contains(operator)) {
                    throw Refusal.because("Invalid comparator for attribute: " + operator);
                }
                yield new Clause.TextAttributeComparison(attribute, Operators.forText(operator, value, "'"));
            }
            case Field.Metric _, Field.Param _, Field.Dataset _ ->
                throw new IllegalStateException("the registry has no such field: " + field);
        };
    }

    /** The whole number that a numeric attribute is compared with. */
    abstract WholeNumbers number(Attribute attribute, Value value);
}
