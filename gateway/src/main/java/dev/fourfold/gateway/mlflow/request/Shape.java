package dev.fourfold.gateway.mlflow.request;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a message looks like: its fields, in the order in which MLflow checks them. Made once, used for every request. */
public final class Shape {

    private final List<Field> fields;
    private final Map<String, Spelling> spellings = new HashMap<>();

    private Shape(List<Field> fields) {
        this.fields = fields;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            spellings.put(field.camelCase(), new Spelling(i, true));
            spellings.put(field.name(), new Spelling(i, false));
        }
    }

    /** A shape of fields. */
    public static Shape of(Field... fields) {
        return new Shape(List.of(fields));
    }

    List<Field> fields() {
        return fields;
    }

    @Nullable
    Spelling spelling(String name) {
        return spellings.get(name);
    }

    int index(String name) {
        Spelling spelling = spellings.get(name);
        if (spelling == null) {
            throw new IllegalArgumentException("No field " + name + " in this shape");
        }
        return spelling.index();
    }

    /** What a message within one of this shape looks like. */
    Shape item(String name) {
        return Objects.requireNonNull(fields.get(index(name)).item());
    }

    /** One way to write a field's name. */
    record Spelling(int index, boolean camel) {}
}
