package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A request's body that is a JSON object of plain values, as texts. */
record FlatObject(Map<String, String> values) {

    private static final int LIMIT = 64 * 1024;

    FlatObject {
        values = Map.copyOf(values);
    }

    static FlatObject of(HttpRequest<?> request) {
        return parse(Bodies.readText(request, LIMIT));
    }

    /** The same, where no body at all is an empty object. */
    static FlatObject ofOptional(HttpRequest<?> request) {
        byte[] text = Bodies.readText(request, LIMIT);
        return text.length == 0 ? new FlatObject(Map.of()) : parse(text);
    }

    private static FlatObject parse(byte[] text) {
        var values = new HashMap<String, String>();
        try (JsonParser in = Json.FACTORY.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new Problem.InvalidArgument("The body is a JSON object.").toException();
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                JsonToken token = in.nextToken();
                if (token.isStructStart()) {
                    throw new Problem.InvalidArgument("'" + name + "' is a plain value.").toException();
                }
                if (token != JsonToken.VALUE_NULL) {
                    values.put(name, in.getText());
                }
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
        return new FlatObject(values);
    }

    String required(String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new Problem.InvalidArgument("'" + name + "' is missing.").toException();
        }
        return value;
    }
}
