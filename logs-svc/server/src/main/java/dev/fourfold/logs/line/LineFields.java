package dev.fourfold.logs.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.fourfold.logs.LineLimits;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The free fields of a line: a JSON object as a text. */
final class LineFields {

    private static final int DEEPEST = 900;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LineLimits.LONGEST_FIELDS)
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // As Python writes them, and as the gateway takes them.
            .build();

    private LineFields() {}

    /** Whether the text is one JSON object and nothing else. */
    static boolean areAnObject(String fields) {
        try (JsonParser in = JSON.createParser(fields)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            in.skipChildren();
            return in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
        } catch (IOException e) {
            return false; // Whoever asks says so.
        }
    }

    /**
     * The value under a name, or under a path through objects with dots between: a text as it is, a number or a truth
     * value as JSON writes it. Null where there is none, or null, or an object, or an array. A name with dots is found
     * before a path.
     */
    static @Nullable String valueOf(@Nullable String fields, String name) {
        if (fields == null) {
            return null;
        }
        try (JsonParser in = JSON.createParser(fields)) {
            return in.nextToken() == JsonToken.START_OBJECT ? within(in, name) : null;
        } catch (IOException e) {
            return null; // Kept by an early version, which did not look at them.
        }
    }

    /** Reads the object to its end. */
    private static @Nullable String within(JsonParser in, String name) throws IOException {
        boolean named = false;
        String found = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String key = in.currentName();
            JsonToken value = in.nextToken();
            if (key.equals(name)) {
                named = true;
                found = value.isScalarValue() && value != JsonToken.VALUE_NULL ? in.getText() : null;
                in.skipChildren();
            } else if (!named && found == null && value == JsonToken.START_OBJECT && name.startsWith(key + ".")) {
                found = within(in, name.substring(key.length() + 1));
            } else {
                in.skipChildren();
            }
        }
        return found;
    }
}
