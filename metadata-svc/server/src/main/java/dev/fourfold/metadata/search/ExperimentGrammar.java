package dev.fourfold.metadata.search;

import dev.fourfold.metadata.text.Python;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What experiments can be searched by. Unlike for runs, MLflow knows their operators in upper case only. */
final class ExperimentGrammar implements Grammar {

    @Override
    public Field filterField(String identifier) {
        int dot = identifier.indexOf('.');
        var kind = dot < 0 ? "attribute" : identifier.substring(0, dot);
        var key = Quotes.key(identifier.substring(dot + 1));
        return switch (kind) {
            case "tag", "tags" -> new Field.Tag(key);
            case "attribute" -> new Field.Fixed(attribute(key));
            default ->
                throw Refusal.because(
                        "Invalid entity type '" + kind + "'. Valid entity types are ('attribute', 'tag', 'tags')");
        };
    }

    private static ExperimentAttribute attribute(String key) {
        for (var attribute : ExperimentAttribute.values()) {
            if (attribute.key().equals(key)) {
                return attribute;
            }
        }
        var keys = Arrays.stream(ExperimentAttribute.values())
                .map(ExperimentAttribute::key)
                .toList();
        throw Refusal.because(
                "Invalid attribute key '" + key + "' specified. Valid keys are '" + Refusal.set(keys) + "'");
    }

    @Override
    public Field orderField(String identifier) {
        var field = filterField(identifier);
        if (!(field instanceof Field.Fixed)) {
            throw Refusal.because("Invalid order_by entity: tag");
        }
        return field;
    }

    @Override
    public void checkPresence(Field field) {
        if (field instanceof Field.Fixed(var attribute)) {
            throw Refusal.because(
                    "IS NULL / IS NOT NULL is only supported for tags, not for attribute '" + attribute.key() + "'");
        }
    }

    @Override
    public List<Attribute> listed() {
        return List.of(ExperimentAttribute.EXPERIMENT_ID);
    }

    @Override
    public boolean quoteRefused() {
        return false;
    }

    @Override
    public boolean repeatsInOrder() {
        return true;
    }

    @Override
    public Clause clause(Field field, Comparison comparison, Value value) {
        var operator = comparison.written();
        return switch (field) {
            case Field.Tag(var key) -> {
                if (!Operators.KEYED.contains(operator)) {
                    throw Refusal.because("Invalid comparator for tag: " + operator);
                }
                yield new Clause.TagComparison(key, Operators.forKeyed(operator, value, ""));
            }
            case Field.Fixed(var attribute)
            when attribute.numeric() ->
                new Clause.NumberAttributeComparison(
                        attribute, Operators.forNumericAttribute(operator), wholeOnly(attribute, comparison, value));
            case Field.Fixed(var attribute)
            when attribute == ExperimentAttribute.EXPERIMENT_ID -> {
                if (!List.of("=", "!=", "IN", "NOT IN").contains(operator)) {
                    throw Refusal.because("Invalid comparator for experiment_id: " + operator);
                }
                yield new Clause.TextAttributeComparison(attribute, ids(Operators.forText(operator, value, "'")));
            }
            case Field.Fixed(var attribute) ->
                new Clause.TextAttributeComparison(attribute, Operators.forText(operator, value, "'"));
            case Field.Metric _, Field.Param _, Field.Dataset _ ->
                throw new IllegalStateException("an experiment has no such field: " + field);
        };
    }

    private static WholeNumbers wholeOnly(Attribute attribute, Comparison comparison, Value value) {
        var right = comparison.right();
        if (right != null && right.is(Comparison.Operand.Kind.DECIMAL)) {
            throw Refusal.because("Invalid value for numeric attribute '" + attribute.key() + "': '"
                    + Python.number(Double.parseDouble(right.text())) + "'");
        }
        return ((Value.Whole) value).value();
    }

    /** Ids are numbers: written with a sign or leading zeros they mean the same experiment. */
    private static TextCondition ids(TextCondition condition) {
        return switch (condition) {
            case TextCondition.Is(var id) -> new TextCondition.Is(ExperimentIds.canonical(id));
            case TextCondition.IsNot(var id) -> new TextCondition.IsNot(ExperimentIds.canonical(id));
            case TextCondition.OneOf(var ids) -> new TextCondition.OneOf(canonical(ids));
            case TextCondition.NoneOf(var ids) -> new TextCondition.NoneOf(canonical(ids));
            case TextCondition.Like _, TextCondition.Absent _, TextCondition.Present _ ->
                throw new IllegalStateException("not for ids: " + condition);
        };
    }

    private static List<String> canonical(List<String> ids) {
        var canonical = new ArrayList<String>(ids.size());
        for (var id : ids) {
            canonical.add(ExperimentIds.canonical(id));
        }
        return canonical;
    }
}
