package dev.fourfold.metadata.search;

import dev.fourfold.metadata.text.Python;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What runs can be searched by. */
final class RunGrammar implements Grammar {

    private static final Set<String> METRIC = Set.of("metric", "metrics");
    private static final Set<String> PARAM = Set.of("parameter", "parameters", "param", "params");
    private static final Set<String> TAG = Set.of("tag", "tags");
    private static final Set<String> ATTRIBUTE = Set.of("attribute", "attributes", "attr", "run");
    private static final Set<String> DATASET = Set.of("dataset", "datasets");
    private static final List<String> KINDS = List.of("metric", "parameter", "tag", "attribute", "dataset");

    /** Also those that only an order may use. */
    private static final Map<String, RunAttribute> ORDER_ATTRIBUTES = new HashMap<>();

    private static final Map<String, RunAttribute> FILTER_ATTRIBUTES = new HashMap<>();

    static {
        for (var attribute : RunAttribute.values()) {
            ORDER_ATTRIBUTES.put(attribute.key(), attribute);
        }
        ORDER_ATTRIBUTES.put("created", RunAttribute.START_TIME);
        ORDER_ATTRIBUTES.put("Created", RunAttribute.START_TIME);
        FILTER_ATTRIBUTES.putAll(ORDER_ATTRIBUTES);
        for (var spelling : List.of("run name", "Run name", "Run Name")) {
            FILTER_ATTRIBUTES.put(spelling, RunAttribute.RUN_NAME);
        }
    }

    @Override
    public Field filterField(String identifier) {
        return field(identifier, FILTER_ATTRIBUTES);
    }

    @Override
    public Field orderField(String identifier) {
        return field(identifier, ORDER_ATTRIBUTES);
    }

    private static Field field(String identifier, Map<String, RunAttribute> attributes) {
        int dot = identifier.indexOf('.');
        var kind = dot < 0 ? "attribute" : Quotes.withoutBackticks(identifier.substring(0, dot));
        var key = Quotes.key(identifier.substring(dot + 1));
        if (METRIC.contains(kind)) {
            return new Field.Metric(key);
        }
        if (PARAM.contains(kind)) {
            return new Field.Param(key);
        }
        if (TAG.contains(kind)) {
            return new Field.Tag(key);
        }
        if (DATASET.contains(kind)) {
            return new Field.Dataset(datasetField(key));
        }
        if (!ATTRIBUTE.contains(kind)) {
            throw Refusal.because("Invalid entity type '" + kind + "'. Valid values are " + Python.literal(KINDS));
        }
        var attribute = attributes.get(key);
        if (attribute == null) {
            throw Refusal.because("Invalid attribute key '" + key + "' specified. Valid keys are '"
                    + Refusal.set(new TreeSet<>(attributes.keySet())) + "'");
        }
        return new Field.Fixed(attribute);
    }

    private static DatasetField datasetField(String key) {
        for (var field : DatasetField.values()) {
            if (field.key().equals(key)) {
                return field;
            }
        }
        var keys = Arrays.stream(DatasetField.values()).map(DatasetField::key).toList();
        throw Refusal.because(
                "Invalid dataset key '" + key + "' specified. Valid keys are '" + Refusal.set(keys) + "'");
    }

    @Override
    public void checkPresence(Field field) {
        var other = switch (field) {
            case Field.Param _, Field.Tag _ -> "";
            case Field.Metric metric -> "'metric' '" + metric.key() + "'";
            case Field.Fixed fixed -> "'attribute' '" + fixed.attribute().key() + "'";
            case Field.Dataset dataset -> "'dataset' '" + dataset.field().key() + "'";
        };
        if (!other.isEmpty()) {
            throw Refusal.because("IS NULL / IS NOT NULL is only supported for tags and params, not for " + other);
        }
    }

    @Override
    public List<Attribute> listed() {
        return List.of(RunAttribute.RUN_ID);
    }

    @Override
    public boolean quoteRefused() {
        return true;
    }

    @Override
    public boolean repeatsInOrder() {
        return false;
    }

    @Override
    public Clause clause(Field field, Comparison comparison, Value value) {
        var operator = comparison.operator();
        return switch (field) {
            case Field.Metric metric ->
                new Clause.MetricComparison(metric.key(), Operators.forMetric(operator), ((Value.Real) value).value());
            case Field.Param param -> new Clause.ParamComparison(param.key(), Operators.forKeyed(operator, value, "'"));
            case Field.Tag tag -> new Clause.TagComparison(tag.key(), Operators.forKeyed(operator, value, ""));
            case Field.Fixed(var attribute)
            when attribute.numeric() ->
                new Clause.NumberAttributeComparison(
                        attribute, Operators.forNumericAttribute(operator), ((Value.Whole) value).value());
            case Field.Fixed(var attribute) ->
                new Clause.TextAttributeComparison(attribute, Operators.forText(operator, value, "'"));
            case Field.Dataset dataset ->
                new Clause.DatasetComparison(dataset.field(), Operators.forText(operator, value, ""));
        };
    }
}
