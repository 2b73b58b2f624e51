package dev.fourfold.metrics.influx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an InfluxDB 1.8 publishes of itself at {@code /debug/vars}: an object for each shard, each cache and so on. */
final class DebugVars {

    static final String PATH = "/debug/vars";

    private static final JsonFactory JSON = new JsonFactory();

    private DebugVars() {}

    /** One object: what it is of, and its numbers. */
    record Counters(Map<String, String> tags, Map<String, Double> values) {

        String tag(String key) {
            return tags.getOrDefault(key, "");
        }

        double value(String key) {
            return values.getOrDefault(key, 0.0);
        }
    }

    /** All objects of one kind, such as {@code shard} or {@code tsm1_cache}. */
    static List<Counters> read(InputStream body, String kind) throws IOException {
        var found = new ArrayList<Counters>();
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().startsWith(kind + ":");
                json.nextToken();
                if (wanted) {
                    found.add(counters(json));
                } else {
                    json.skipChildren();
                }
            }
        }
        return found;
    }

    private static Counters counters(JsonParser json) throws IOException {
        var tags = new HashMap<String, String>();
        var values = new HashMap<String, Double>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String part = json.currentName();
            if (json.nextToken() != JsonToken.START_OBJECT || !(part.equals("tags") || part.equals("values"))) {
                json.skipChildren();
                continue;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING && part.equals("tags")) {
                    tags.put(key, json.getText());
                } else if (value.isNumeric() && part.equals("values")) {
                    values.put(key, json.getDoubleValue());
                } else {
                    json.skipChildren();
                }
            }
        }
        return new Counters(tags, values);
    }
}
