package dev.fourfold.metadata.search;

import java.util.List;

/** What registered models can be searched by. */
final class RegisteredModelGrammar extends RegistryGrammar {

    private static final List<String> RECOMMENDED_ORDERS = List.of("name", "timestamp");

    @Override
    List<? extends Attribute> filterAttributes() {
        return List.of(RegisteredModelAttribute.NAME);
    }

    @Override
    public Field orderField(String identifier) {
        return new Field.Fixed(
                switch (Quotes.key(identifier)) {
                    case "name" -> RegisteredModelAttribute.NAME;
                    case "timestamp", "last_updated_timestamp" -> RegisteredModelAttribute.LAST_UPDATED_TIMESTAMP;
                    default ->
                        throw Refusal.because("Invalid order by key '" + identifier + "' specified. Valid keys are '"
                                + Refusal.set(RECOMMENDED_ORDERS) + "'");
                });
    }

    @Override
    public List<Attribute> listed() {
        return List.of(RegisteredModelAttribute.NAME);
    }

    @Override
    WholeNumbers number(Attribute attribute, Value value) {
        throw new IllegalStateException("no filter names a number of a registered model: " + attribute);
    }
}
