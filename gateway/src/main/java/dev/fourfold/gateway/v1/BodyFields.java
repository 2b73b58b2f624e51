package dev.fourfold.gateway.v1;

import static dev.fourfold.gateway.v1.JsonBody.refusal;

import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.gateway.http.Bodies;
import io.micronaut.http.HttpRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A body of texts, whole numbers and flags by name; a name that is not known is refused, null is as good as absent. */
record BodyFields(Map<String, Object> values) {

    static BodyFields of(HttpRequest<?> request, int limit, String... known) {
        return parse(JsonBody.body(request, limit), known);
    }

    /** The same, where no body at all is an empty object. */
    static BodyFields ofOptional(HttpRequest<?> request, int limit, String... known) {
        byte[] body = Bodies.readText(request, limit);
        if (body.length == 0) {
            return new BodyFields(Map.of());
        }
        JsonBody.checkType(request);
        return parse(body, known);
    }

    private static BodyFields parse(byte[] body, String... known) {
        List<String> names = Arrays.asList(known);
        var values = new HashMap<String, Object>();
        JsonBody.read(body, (name, in) -> {
            if (!names.contains(name)) {
                throw refusal("'" + name + "' is not known; there is " + String.join(", ", names));
            }
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                values.remove(name);
            } else if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                values.put(name, JsonBody.whole(name, in));
            } else if (in.currentToken().isBoolean()) {
                values.put(name, in.getBooleanValue());
            } else {
                values.put(name, JsonBody.text(name, in));
            }
        });
        return new BodyFields(Map.copyOf(values));
    }

    String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw refusal("'" + name + "' is missing");
        }
        return text;
    }

    @Nullable
    String textOrNull(String name) {
        return switch (values.get(name)) {
            case null -> null;
            case String text -> text;
            default -> throw refusal("'" + name + "' is a text");
        };
    }

    /** False unless said. */
    boolean flag(String name) {
        return switch (values.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw refusal("'" + name + "' is true or false");
        };
    }

    long whole(String name) {
        Long whole = wholeOrNull(name);
        if (whole == null) {
            throw refusal("'" + name + "' is missing");
        }
        return whole;
    }

    @Nullable
    Long wholeOrNull(String name) {
        return switch (values.get(name)) {
            case null -> null;
            case Long whole -> whole;
            default -> throw refusal("'" + name + "' is a whole number of 64 bits");
        };
    }
}
