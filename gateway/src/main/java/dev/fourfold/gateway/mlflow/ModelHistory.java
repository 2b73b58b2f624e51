package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.mlflow.request.Refusals;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of a model's own description (its MLmodel file) the history of a run's models keeps, in Python's spacing. */
final class ModelHistory {

    private static final List<String> REQUIRED = List.of("artifact_path", "flavors", "run_id", "utc_time_created");
    private static final String NULL = "null";

    private ModelHistory() {}

    /** The entry of the history; refuses what is no description of a model. */
    static String entry(String modelJson) {
        Map<String, String> fields;
        try (JsonParser in = Json.FACTORY.createParser(modelJson)) {
            fields = read(in);
        } catch (IOException e) {
            throw Refusals.refusal("Malformed model info. \n " + modelJson + " \n is not a valid JSON.");
        }
        var missing = new ArrayList<>(REQUIRED);
        missing.removeAll(fields.keySet());
        if (!missing.isEmpty()) {
            throw Refusals.refusal("Model json is missing mandatory fields: {'" + String.join("', '", missing) + "'}");
        }
        fields.putIfAbsent("model_uuid", NULL);
        if (fields.getOrDefault("flavors", NULL).equals(NULL)) {
            fields.put("flavors", "{}");
        }
        var entry = new StringBuilder("{");
        for (var key : List.of("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors")) {
            String value = fields.getOrDefault(key, NULL);
            if (!value.equals(NULL) || key.equals("model_uuid")) {
                entry.append(entry.length() == 1 ? "" : ", ")
                        .append('"')
                        .append(key)
                        .append("\": ")
                        .append(value);
            }
        }
        return entry.append('}').toString();
    }

    private static Map<String, String> read(JsonParser in) throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw Refusals.refusal("The model's description must be a JSON object.");
        }
        var fields = new HashMap<String, String>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String key = in.currentName();
            JsonToken token = in.nextToken();
            switch (key) {
                case "flavors" -> {
                    if (token != JsonToken.START_OBJECT && token != JsonToken.VALUE_NULL) {
                        throw Refusals.refusal("The flavors of a model must be a JSON object.");
                    }
                    fields.put(key, token == JsonToken.VALUE_NULL ? NULL : flavors(in));
                }
                case "run_id", "artifact_path", "utc_time_created", "model_uuid" -> fields.put(key, copy(in));
                default -> in.skipChildren();
            }
        }
        if (in.nextToken() != null) {
            throw new IOException("Something follows the object");
        }
        return fields;
    }

    /** All of each flavor but its configuration, which may be long. */
    private static String flavors(JsonParser in) throws IOException {
        return written(out -> {
            out.writeStartObject();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                out.writeFieldName(in.currentName());
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    out.copyCurrentStructure(in);
                    continue;
                }
                out.writeStartObject();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String key = in.currentName();
                    in.nextToken();
                    if (key.equals("config")) {
                        in.skipChildren();
                    } else {
                        out.writeFieldName(key);
                        out.copyCurrentStructure(in);
                    }
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        });
    }

    private static String copy(JsonParser in) throws IOException {
        return written(out -> out.copyCurrentStructure(in));
    }

    private static String written(Json.Writing writing) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
            out.configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), true);
            out.configure(JsonWriteFeature.WRITE_HEX_UPPER_CASE.mappedFeature(), false);
            out.setPrettyPrinter(new Spaced());
            writing.to(out);
        }
        return text.toString();
    }

    /** A space behind each comma and colon. */
    private static final class Spaced extends MinimalPrettyPrinter {

        private static final long serialVersionUID = 1L;

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator out) throws IOException {
            out.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
            out.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
            out.writeRaw(", ");
        }
    }
}
