package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.Unicode;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.EntityKey;
import dev.fourfold.metadata.feature.FeatureType;
import dev.fourfold.metadata.feature.NewField;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.PushedRow;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.WhenFull;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads requests about features; what is not known, or not of the right kind, is refused by its name. */
final class FeatureRequests {

    private static final int SMALL = 1024 * 1024;
    private static final int MOST_FIELDS = 500;
    private static final String ARRAY = "[]";
    private static final long MILLIS = 1000;
    private static final long LONGEST_SECONDS = 1L << 40;

    private FeatureRequests() {}

    /** Which entities, and which fields of them; null for all fields. */
    record Selection(List<String> entities, @Nullable List<String> fields) {}

    /** A view as it is to be. */
    static DefineView view(HttpRequest<?> request, String name) {
        var draft = new Object() {
            String description = "";

            @Nullable
            EntityKey entity;

            List<NewField> fields = List.of();

            @Nullable
            Long ttlMillis;

            @Nullable
            Long maxRows;

            @Nullable
            Long maxBytes;

            WhenFull whenFull = WhenFull.REFUSE;
        };
        read(body(request, SMALL), (field, in) -> {
            switch (field) {
                case "description" -> draft.description = text(field, in);
                case "entity" -> draft.entity = entity(in);
                case "fields" -> draft.fields = fields(in);
                case "ttl_seconds" -> {
                    Long seconds = wholeOrNull(field, in);
                    if (seconds != null && (seconds < 1 || seconds > LONGEST_SECONDS)) {
                        throw refusal("'ttl_seconds' is a whole number from 1, or null for ever");
                    }
                    draft.ttlMillis = seconds == null ? null : seconds * MILLIS;
                }
                case "max_rows" -> draft.maxRows = wholeOrNull(field, in);
                case "max_bytes" -> draft.maxBytes = wholeOrNull(field, in);
                case "when_full" -> draft.whenFull = choice(field, text(field, in), WhenFull.class);
                default ->
                    throw refusal("'" + field + "' is not known; a feature view has description, entity, fields,"
                            + " ttl_seconds, max_rows, max_bytes and when_full");
            }
        });
        if (draft.entity == null) {
            throw refusal("'entity' is missing");
        }
        return new DefineView(
                name,
                draft.description,
                draft.entity,
                draft.fields,
                draft.ttlMillis,
                draft.maxRows,
                draft.maxBytes,
                draft.whenFull);
    }

    /** Rows to record. */
    static PushRows rows(HttpRequest<?> request, String view) {
        byte[] body = body(request, Bodies.BATCH_LIMIT);
        var rows = new ArrayList<PushedRow>();
        read(body, (field, in) -> {
            if (!field.equals("rows")) {
                throw refusal("'" + field + "' is not known; a push has rows");
            }
            each(field, in, () -> {
                if (rows.size() == PushRows.MOST_ROWS) {
                    throw refusal("'rows' has at most " + PushRows.MOST_ROWS + " entries");
                }
                rows.add(row(body, in));
            });
        });
        if (rows.isEmpty()) {
            throw refusal("'rows' is missing or empty");
        }
        return new PushRows(view, rows);
    }

    /** What to read, or which rows to remove: then without fields. */
    static Selection selection(HttpRequest<?> request, boolean withFields) {
        var entities = new ArrayList<String>();
        var fields = new LinkedHashSet<String>();
        var draft = new Object() {
            boolean some;
        };
        read(body(request, SMALL), (field, in) -> {
            if (field.equals("entities")) {
                each(field, in, () -> {
                    if (entities.size() == ReadRows.MOST_ENTITIES) {
                        throw refusal("'entities' has at most " + ReadRows.MOST_ENTITIES + " entries");
                    }
                    entities.add(key(in));
                });
            } else if (field.equals("fields") && withFields) {
                draft.some = in.currentToken() != JsonToken.VALUE_NULL;
                if (draft.some) {
                    each(field, in, () -> {
                        if (fields.size() == MOST_FIELDS) {
                            throw refusal("'fields' has at most " + MOST_FIELDS + " entries");
                        }
                        if (!fields.add(text(field, in))) {
                            throw refusal("'fields' has an entry twice");
                        }
                    });
                }
            } else {
                throw refusal("'" + field + "' is not known; there is entities" + (withFields ? " and fields" : ""));
            }
        });
        if (entities.isEmpty()) {
            throw refusal("'entities' is missing or empty");
        }
        return new Selection(entities, draft.some ? List.copyOf(fields) : null);
    }

    private static PushedRow row(byte[] body, JsonParser in) throws IOException {
        var draft = new Object() {
            @Nullable
            String entity;

            @Nullable
            Long eventTime;

            @Nullable
            String values;
        };
        object("rows", in, (field, inside) -> {
            switch (field) {
                case "entity" -> draft.entity = key(inside);
                case "event_time" -> draft.eventTime = wholeOrNull(field, inside);
                case "values" -> {
                    if (inside.currentToken() != JsonToken.START_OBJECT) {
                        throw refusal("'values' is an object");
                    }
                    // As it is: only who knows the view can say what fits. Offsets are those of the body's bytes.
                    int begin = (int) inside.currentTokenLocation().getByteOffset();
                    inside.skipChildren();
                    int end = (int) inside.currentLocation().getByteOffset();
                    draft.values = new String(body, begin, end - begin, StandardCharsets.UTF_8);
                }
                default -> throw refusal("'" + field + "' is not known; a row has entity, event_time and values");
            }
        });
        if (draft.entity == null || draft.values == null) {
            throw refusal("A row has an 'entity' and 'values'");
        }
        return new PushedRow(draft.entity, draft.eventTime, draft.values);
    }

    private static List<NewField> fields(JsonParser in) throws IOException {
        var fields = new ArrayList<NewField>();
        each("fields", in, () -> fields.add(field(in)));
        return fields;
    }

    private static NewField field(JsonParser in) throws IOException {
        var draft = new Object() {
            String name = "";
            String type = "";

            @Nullable
            Long maxLength;
        };
        object("fields", in, (field, inside) -> {
            switch (field) {
                case "name" -> draft.name = text(field, inside);
                case "type" -> draft.type = text(field, inside);
                case "max_length" -> draft.maxLength = wholeOrNull(field, inside);
                default -> throw refusal("'" + field + "' is not known; a field has name, type and max_length");
            }
        });
        boolean array = draft.type.endsWith(ARRAY);
        String single = array ? draft.type.substring(0, draft.type.length() - ARRAY.length()) : draft.type;
        if (array != (draft.maxLength != null)) {
            throw refusal("The field '" + draft.name + "' has a 'max_length' if, and only if, it is an array, such as"
                    + " FLOAT64[]");
        }
        Integer length = draft.maxLength == null ? null : (int) Math.clamp(draft.maxLength, -1, Integer.MAX_VALUE);
        return new NewField(draft.name, choice("type", single, FeatureType.class), length);
    }

    private static EntityKey entity(JsonParser in) throws IOException {
        var draft = new Object() {
            String name = "";
            String type = FeatureType.STRING.name();
        };
        object("entity", in, (field, inside) -> {
            switch (field) {
                case "name" -> draft.name = text(field, inside);
                case "type" -> draft.type = text(field, inside);
                default -> throw refusal("'" + field + "' is not known; an entity key has name and type");
            }
        });
        return new EntityKey(draft.name, choice("type", draft.type, FeatureType.class));
    }

    /** An entity: a text, or a whole number, which is the same as its text. */
    private static String key(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? Long.toString(whole("entity", in))
                : text("entity", in);
    }

    /** Reads one member of an object, whose value is the parser's token. */
    @FunctionalInterface
    private interface Member {
        void read(String name, JsonParser in) throws IOException;
    }

    /** Reads one element of an array. */
    @FunctionalInterface
    private interface Element {
        void read() throws IOException;
    }

    private static void read(byte[] body, Member member) {
        for (byte one : body) {
            if (one == 0) {
                throw refusal("The body is JSON in UTF-8"); // And none in UTF-16 or UTF-32, which have such bytes.
            }
        }
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            in.nextToken();
            object("body", in, member);
            if (in.nextToken() != null) {
                throw refusal("Something follows the body's object");
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
    }

    private static void object(String what, JsonParser in, Member member) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw refusal(
                    what.equals("body")
                            ? "The body is a JSON object"
                            : "'" + what + "' has something in it that" + " is no object");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            member.read(name, in);
        }
    }

    private static void each(String name, JsonParser in, Element element) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw refusal("'" + name + "' is a list");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    private static @Nullable Long wholeOrNull(String name, JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NULL ? null : Long.valueOf(whole(name, in));
    }

    private static long whole(String name, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
                || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw refusal("'" + name + "' is a whole number of 64 bits");
        }
        return in.getLongValue();
    }

    private static String text(String name, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw refusal("'" + name + "' is a text");
        }
        return clean(name, in.getText());
    }

    /** Half of a surrogate pair cannot be written as UTF-8: it would be read, and kept, as another text. */
    private static String clean(String name, String text) {
        if (!Unicode.isWhole(text)) {
            throw refusal("'" + name + "' holds half of a surrogate pair");
        }
        return text;
    }

    private static <E extends Enum<E>> E choice(String name, String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw refusal("'" + name + "' is one of "
                + (type == WhenFull.class
                        ? Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)
                        : Arrays.toString(type.getEnumConstants())));
    }

    private static byte[] body(HttpRequest<?> request, int limit) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON)) {
            throw refusal("Content-Type must be application/json, not '" + type + "'");
        }
        return Bodies.readText(request, limit);
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message + ".").toException();
    }
}
