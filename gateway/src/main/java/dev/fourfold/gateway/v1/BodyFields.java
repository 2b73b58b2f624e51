package dev.fourfold.gateway.v1;

import static dev.fourfold.gateway.v1.JsonBody.refusal;

import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.http.HttpRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A body of texts and whole numbers by name; a name that is not known is refused, null is as good as absent. */
record BodyFields(Map<String, Object> values) {

    static BodyFields of(HttpRequest<?> request, int limit, String... known) {
        List<String> names = Arrays.asList(known);
        var values = new HashMap<String, Object>();
        JsonBody.read(JsonBody.body(request, limit), (name, in) -> {
            if (!names.contains(name)) {
                throw refusal("'" + name + "' is not known; there is " + String.join(", ", names));
            }
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                values.remove(name);
            } else if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                values.put(name, JsonBody.whole(name, in));
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
