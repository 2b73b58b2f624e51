package dev.fourfold.gateway.mlflow.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Unicode;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.mlflow.request.Message.Mistake;
import io.micronaut.http.HttpParameters;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns JSON or a query into a {@link Message}. Types are protobuf's (an int64 may come in a string, a double by name),
 * messages are MLflow's. Where MLflow goes on with a half-read message, this refuses.
 */
final class MessageReader {

    private static final int DECIMAL_LONGEST = 400;

    private MessageReader() {}

    /**
     * Reads a JSON object. Nothing at all, {@code null} and what is not JSON count as an empty object, as in MLflow, so
     * that its message is the one of the first required field; without one, what is not JSON is refused.
     */
    static Message fromJson(Shape shape, byte[] json) {
        Message message;
        boolean malformed = false;
        try {
            message = parse(shape, json);
        } catch (IOException e) {
            message = new Message(shape);
            malformed = true;
        }
        check(message, "");
        if (malformed) {
            throw Refusals.refusal("The request's body is not valid JSON.");
        }
        return message;
    }

    /** Reads a query; only the names in snake_case count there. */
    static Message fromQuery(Shape shape, HttpParameters query) {
        var message = new Message(shape);
        for (int i = 0; i < shape.fields().size(); i++) {
            Field field = shape.fields().get(i);
            List<String> values = query.getAll(field.name());
            if (values == null || values.isEmpty()) {
                continue;
            }
            message.set(
                    i,
                    switch (field.kind()) {
                        case TEXTS ->
                            new Message.Texts(values.stream()
                                    .map(value -> clean("", field.name(), value))
                                    .toList());
                        case MESSAGE -> new Mistake(PythonText.dumps(values.getFirst()), "str", "");
                        case MESSAGES -> new Mistake(PythonText.dumps(values.getFirst()), "str", "[0]");
                        case BOOL ->
                            switch (values.getFirst().toLowerCase(java.util.Locale.ROOT)) {
                                case "true" -> true;
                                case "false" -> false;
                                default ->
                                    throw Refusals.refusal("Invalid boolean value: " + values.getFirst()
                                            + ", must be 'true' or 'false'.");
                            };
                        case TEXT, INT32, INT64, DOUBLE, CHOICE -> fromText(field, values.getFirst());
                    });
        }
        check(message, "");
        return message;
    }

    private static Message parse(Shape shape, byte[] json) throws IOException {
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            JsonToken first = in.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return new Message(shape);
            }
            if (first == JsonToken.VALUE_STRING) {
                // Old clients encode their body twice.
                try (JsonParser inner = Json.FACTORY.createParser(in.getText())) {
                    return whole(shape, inner, inner.nextToken());
                }
            }
            return whole(shape, in, first);
        }
    }

    private static Message whole(Shape shape, JsonParser in, @Nullable JsonToken first) throws IOException {
        if (first != JsonToken.START_OBJECT) {
            throw Refusals.refusal("The request's body must be a JSON object.");
        }
        Message message = object(shape, in, "");
        if (in.nextToken() != null) {
            throw new IOException("Something follows the object");
        }
        return message;
    }

    private static Message object(Shape shape, JsonParser in, String path) throws IOException {
        var message = new Message(shape);
        long seenSnake = 0;
        long seenCamel = 0;
        while (in.nextToken() != JsonToken.END_OBJECT) {
            Shape.Spelling spelling = shape.spelling(in.currentName());
            JsonToken token = in.nextToken();
            if (spelling == null) {
                in.skipChildren();
                continue;
            }
            Field field = shape.fields().get(spelling.index());
            long bit = 1L << spelling.index();
            if (spelling.camel()) {
                seenCamel |= bit;
            } else {
                seenSnake |= bit;
            }
            if ((seenCamel & seenSnake & bit) != 0) {
                throw Refusals.refusal("Request specifies both '" + field.name() + "' and '" + field.camelCase()
                        + "'; provide only one of them.");
            }
            Object value = value(field, token, in, path);
            boolean counts = !(spelling.camel() && field.required());
            if (counts) {
                message.set(spelling.index(), value);
            }
        }
        return message;
    }

    private static @Nullable Object value(Field field, JsonToken token, JsonParser in, String parent)
            throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (field.kind()) {
            case TEXT -> token == JsonToken.VALUE_STRING ? clean(parent, field.name(), in.getText()) : mistake(in, "");
            case INT32, INT64 ->
                switch (token) {
                    case VALUE_STRING -> fromText(field, in.getText());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                        Object whole = integer(field, in.getText());
                        yield whole == null ? mistake(in, "") : whole;
                    }
                    default -> mistake(in, "");
                };
            case DOUBLE ->
                switch (token) {
                    case VALUE_STRING -> fromText(field, in.getText());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
                    case VALUE_TRUE -> 1.0;
                    case VALUE_FALSE -> 0.0;
                    default -> mistake(in, "");
                };
            case BOOL ->
                switch (token) {
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE -> false;
                    default -> mistake(in, "");
                };
            case CHOICE ->
                switch (token) {
                    case VALUE_STRING, VALUE_NUMBER_INT -> {
                        Object choice = fromText(field, in.getText());
                        yield choice instanceof Mistake ? mistake(in, "") : choice;
                    }
                    default -> mistake(in, "");
                };
            case TEXTS -> texts(parent + field.name(), token, in);
            case MESSAGE ->
                token == JsonToken.START_OBJECT
                        ? object(Objects.requireNonNull(field.item()), in, parent + field.name() + ".")
                        : mistake(in, "");
            case MESSAGES -> messages(field, parent + field.name(), token, in);
        };
    }

    private static Object texts(String path, JsonToken token, JsonParser in) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return mistake(in, "");
        }
        var texts = new ArrayList<String>();
        Mistake mistake = null;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.VALUE_STRING) {
                texts.add(clean(path, "", in.getText()));
            } else if (mistake == null) {
                mistake = mistake(in, "[" + texts.size() + "]");
            } else {
                in.skipChildren();
            }
        }
        return mistake == null ? new Message.Texts(texts) : mistake;
    }

    private static Object messages(Field field, String path, JsonToken token, JsonParser in) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return mistake(in, "");
        }
        var messages = new ArrayList<Message>();
        Mistake mistake = null;
        Shape item = Objects.requireNonNull(field.item());
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                messages.add(object(item, in, path + "[" + messages.size() + "]."));
            } else if (mistake == null) {
                mistake = mistake(in, "[" + messages.size() + "]");
            } else {
                in.skipChildren();
            }
        }
        return mistake == null ? new Message.Messages(messages) : mistake;
    }

    /** Refuses, in the order of the fields, what is of another type or missing. */
    private static void check(Message message, String parent) {
        List<Field> fields = message.shape().fields();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            Object value = message.at(i);
            if (field.required()
                    && (value == null || value.equals(""))
                    && !(value == null && field.name().equals("run_id") && hasRunUuid(message))) {
                throw Refusals.missing(parent + field.name());
            }
            switch (value) {
                case Mistake mistake
                when mistake.json().equals("\"\"") && field.required() -> throw Refusals.missing(parent + field.name());
                case Mistake mistake -> throw Refusals.wrongType(parent + field.name() + mistake.at(), mistake);
                case Message part -> check(part, parent + field.name() + ".");
                case Message.Messages messages -> {
                    for (int item = 0; item < messages.values().size(); item++) {
                        check(messages.values().get(item), parent + field.name() + "[" + item + "].");
                    }
                }
                case null, default -> {}
            }
        }
    }

    private static boolean hasRunUuid(Message message) {
        return message.shape().spelling("run_uuid") != null
                && !message.text("run_uuid").isEmpty();
    }

    private static @Nullable Object fromText(Field field, String text) {
        Object value = switch (field.kind()) {
            case TEXT -> clean("", field.name(), text);
            case INT32, INT64 -> integer(field, text);
            case DOUBLE -> decimal(text);
            case CHOICE -> choice(field, text);
            case BOOL, TEXTS, MESSAGE, MESSAGES -> null;
        };
        if (value == null) {
            return new Mistake(PythonText.dumps(text), "str", "");
        }
        return value == NOTHING ? null : value;
    }

    private static final Object NOTHING = new Object();

    private static Object choice(Field field, String text) {
        int index = field.choices().indexOf(text);
        if (index >= 0) {
            return new Message.Choice(field.choices().get(index));
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= field.choices().size()) {
                return new Message.Choice(field.choices().get(number - 1));
            }
            return new Mistake(text, "int", "");
        } catch (NumberFormatException e) {
            return new Mistake(PythonText.dumps(text), "str", ""); // MLflow leaves it out and does something else.
        }
    }

    /** An integer within the field's bounds, also written as 1.0 or 1e3; else null. */
    private static @Nullable Object integer(Field field, String text) {
        try {
            long value = text.length() < 19 && isDigits(text)
                    ? Long.parseLong(text)
                    : text.length() > DECIMAL_LONGEST ? tooLong() : exactly(text);
            if (field.kind() == Kind.INT64) {
                return value;
            }
            return (int) value == value ? (Object) (int) value : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    private static long exactly(String text) {
        var decimal = new BigDecimal(text);
        if (decimal.precision() - decimal.scale() > 19L) {
            throw new ArithmeticException("out of range"); // Before 1e999999999 is written out.
        }
        return decimal.longValueExact();
    }

    private static long tooLong() {
        throw new ArithmeticException("too long");
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static @Nullable Object decimal(String text) {
        switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "nan", "+nan", "-nan":
                return Double.NaN;
            case "inf", "+inf", "infinity", "+infinity":
                return Double.POSITIVE_INFINITY;
            case "-inf", "-infinity":
                return Double.NEGATIVE_INFINITY;
            default:
                break;
        }
        for (int i = 0; i < text.length(); i++) {
            // Java alone would take 1d and 0x1p3 too.
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Mistake mistake(JsonParser in, String at) throws IOException {
        String type = PythonText.typeName(in.currentToken());
        return new Mistake(PythonText.dumps(in), type, at);
    }

    /** Refuses what no store can keep: NUL, and half of a surrogate pair. */
    private static String clean(String parent, String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || Unicode.isHalf(text, i)) {
                throw Refusals.invalid(parent + name, text, "Text may not hold NUL or half of a surrogate pair.");
            }
        }
        return text;
    }
}
