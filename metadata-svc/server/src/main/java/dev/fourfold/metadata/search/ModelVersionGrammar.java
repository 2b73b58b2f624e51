package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Comparison.Operand;
import dev.fourfold.metadata.text.Python;
import java.util.List;
import java.util.regex.Pattern;

/** What model versions can be searched by. */
final class ModelVersionGrammar extends RegistryGrammar {

    /** What Python reads as an integer. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");

    private static final List<ModelVersionAttribute> FILTER = List.of(
            ModelVersionAttribute.NAME,
            ModelVersionAttribute.RUN_ID,
            ModelVersionAttribute.SOURCE_PATH,
            ModelVersionAttribute.VERSION_NUMBER);
    private static final List<ModelVersionAttribute> NUMBERS = List.of(
            ModelVersionAttribute.CREATION_TIMESTAMP,
            ModelVersionAttribute.LAST_UPDATED_TIMESTAMP,
            ModelVersionAttribute.VERSION_NUMBER);
    private static final List<ModelVersionAttribute> ORDER = List.of(
            ModelVersionAttribute.CREATION_TIMESTAMP,
            ModelVersionAttribute.LAST_UPDATED_TIMESTAMP,
            ModelVersionAttribute.NAME,
            ModelVersionAttribute.VERSION_NUMBER);

    @Override
    List<? extends Attribute> filterAttributes() {
        return FILTER;
    }

    @Override
    public Field orderField(String identifier) {
        int dot = identifier.indexOf('.');
        var kind = dot < 0 ? "attribute" : identifier.substring(0, dot);
        var key = Quotes.key(identifier.substring(dot + 1));
        return switch (kind) {
            case "attribute" -> new Field.Fixed(named(key, ORDER));
            case "tag", "tags" ->
                throw Refusal.because("Invalid order by key '" + key + "' specified. Valid keys are " + keys(ORDER));
            default ->
                throw Refusal.because(
                        "Invalid entity type '" + kind + "'. Valid entity types are ('attribute', 'tag', 'tags')");
        };
    }

    @Override
    public List<Attribute> listed() {
        return List.of(ModelVersionAttribute.NAME, ModelVersionAttribute.RUN_ID);
    }

    @Override
    public Value attributeValue(Attribute attribute, Operand right) {
        boolean number = right.is(Operand.Kind.INTEGER) || right.is(Operand.Kind.DECIMAL);
        if (!number) {
            return super.attributeValue(attribute, right);
        }
        if (!attribute.numeric()) {
            throw Refusal.because(
                    "Only the '" + keys(NUMBERS) + "' attributes support comparison with numeric values.");
        }
        if (right.is(Operand.Kind.DECIMAL)) {
            throw notWhole(attribute, Python.number(Double.parseDouble(right.text())));
        }
        return new Value.Whole(WholeNumbers.ofInteger(right.text()));
    }

    /** A number may also stand in quotes. */
    @Override
    WholeNumbers number(Attribute attribute, Value value) {
        return switch (value) {
            case Value.Whole(var whole) -> whole;
            case Value.Text(var text) -> {
                var stripped = text.strip();
                if (!INTEGER.matcher(stripped).matches()) {
                    throw notWhole(attribute, Python.literal(text));
                }
                var digits = stripped.replace("_", "");
                yield WholeNumbers.ofInteger(digits.startsWith("+") ? digits.substring(1) : digits);
            }
            case Value.Real _, Value.Texts _, Value.None _ ->
                throw new IllegalStateException("no value for a number: " + value);
        };
    }

    private static RuntimeException notWhole(Attribute attribute, String literal) {
        return Refusal.because("Invalid value for numeric attribute '" + attribute.key() + "': " + literal);
    }
}
