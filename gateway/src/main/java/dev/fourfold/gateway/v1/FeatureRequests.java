package dev.fourfold.gateway.v1;

import static dev.fourfold.gateway.v1.JsonBody.SMALL;
import static dev.fourfold.gateway.v1.JsonBody.body;
import static dev.fourfold.gateway.v1.JsonBody.choice;
import static dev.fourfold.gateway.v1.JsonBody.each;
import static dev.fourfold.gateway.v1.JsonBody.object;
import static dev.fourfold.gateway.v1.JsonBody.read;
import static dev.fourfold.gateway.v1.JsonBody.refusal;
import static dev.fourfold.gateway.v1.JsonBody.text;
import static dev.fourfold.gateway.v1.JsonBody.whole;
import static dev.fourfold.gateway.v1.JsonBody.wholeOrNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.EntityKey;
import dev.fourfold.metadata.feature.FeatureType;
import dev.fourfold.metadata.feature.NewField;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.PushedRow;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.WhenFull;
import io.micronaut.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests about features; what is not known, or not of the right kind, is refused by its name. */
final class FeatureRequests {

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
                case "when_full" -> draft.whenFull = choice(field, text(field, in), WhenFull.class, true);
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
        return new NewField(draft.name, choice("type", single, FeatureType.class, false), length);
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
        return new EntityKey(draft.name, choice("type", draft.type, FeatureType.class, false));
    }

    /** An entity: a text, or a whole number, which is the same as its text. */
    private static String key(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? Long.toString(whole("entity", in))
                : text("entity", in);
    }
}
