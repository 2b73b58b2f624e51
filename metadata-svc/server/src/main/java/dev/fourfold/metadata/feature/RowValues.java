package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.fourfold.metadata.text.Texts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the values of rows by a view: each fits its field's type, or the row is refused. */
final class RowValues {

    /** What the values of a row may weigh. */
    static final int MOST_BYTES = 64 * 1024;

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "+Infinity", "-Infinity");
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();

    private final Map<String, FeatureField> fields = new HashMap<>();
    private final int places;

    RowValues(FeatureView view) {
        int most = 0;
        for (FeatureField field : view.fields()) {
            fields.put(field.name(), field);
            most = Math.max(most, field.number() + 1);
        }
        places = most;
    }

    /** The values as {@link FeatureRow} has them. */
    CheckedRow check(PushedRow row) {
        var values = new @Nullable Object[places];
        try (JsonParser in = JSON.createParser(row.values())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw refused(row, "its values are no JSON object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                var field = fields.get(in.currentName());
                if (field == null) {
                    throw refused(row, unknown(in.currentName()));
                }
                in.nextToken();
                values[field.number()] = value(row, field, in);
            }
        } catch (JsonParseException e) {
            throw refused(row, "its values are no valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw refused(row, "its values cannot be read");
        }
        var checked = CheckedRow.of(row, written(values));
        if (checked.bytes() > MOST_BYTES) {
            throw refused(row, "its values are over the limit of " + MOST_BYTES + " bytes");
        }
        return checked;
    }

    /** Half of a surrogate pair could not be answered. */
    private static String unknown(String name) {
        return Texts.isStorable(name)
                ? "the view has no field '" + Texts.cut(100, name) + "'"
                : "a field's name has NUL or half of a surrogate pair";
    }

    private static @Nullable Object value(PushedRow row, FeatureField field, JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Integer most = field.maxLength();
        if (most == null) {
            return single(row, field, in);
        }
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw misfit(row, field, "not an array");
        }
        var list = new ArrayList<Object>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (list.size() == most) {
                throw misfit(row, field, "longer than " + most);
            }
            list.add(single(row, field, in));
        }
        return list;
    }

    private static Object single(PushedRow row, FeatureField field, JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        return switch (field.type()) {
            case BOOL -> {
                if (!token.isBoolean()) {
                    throw misfit(row, field, "not true or false");
                }
                yield in.getBooleanValue();
            }
            case INT64 -> whole(row, field, in);
            case FLOAT64 -> number(row, field, in);
            case STRING -> {
                String text = text(row, field, in);
                if (!Texts.isStorable(text)) {
                    throw misfit(row, field, "a text with NUL or half of a surrogate pair");
                }
                yield text;
            }
            case BYTES -> {
                try {
                    yield Base64.getDecoder().decode(text(row, field, in).getBytes(StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw misfit(row, field, "not base64");
                }
            }
            case TIMESTAMP ->
                token == JsonToken.VALUE_STRING ? moment(row, field, in.getText()) : whole(row, field, in);
        };
    }

    private static long whole(PushedRow row, FeatureField field, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw misfit(row, field, "not a whole number");
        }
        if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw misfit(row, field, "past 64 bits");
        }
        return in.getLongValue();
    }

    private static double number(PushedRow row, FeatureField field, JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        String text = token.isScalarValue() ? in.getText() : "";
        if (NOT_FINITE.contains(text)) {
            return Double.parseDouble(text);
        }
        if (!token.isNumeric()) {
            throw misfit(row, field, "not a number, nor \"NaN\", \"Infinity\" or \"-Infinity\"");
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw misfit(row, field, "not a number");
        }
        if (Double.isInfinite(value)) {
            throw misfit(row, field, "past the greatest number of 64 bits");
        }
        return value;
    }

    private static long moment(PushedRow row, FeatureField field, String text) {
        try {
            var instant = OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
            if (instant.getNano() % 1_000_000 != 0) {
                throw misfit(row, field, "finer than milliseconds");
            }
            return instant.toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw misfit(row, field, "not milliseconds since 1970, nor a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static String text(PushedRow row, FeatureField field, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw misfit(row, field, "not a text");
        }
        return in.getText();
    }

    private static String written(@Nullable Object[] values) {
        var text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartArray();
            for (Object value : values) {
                if (value instanceof List<?> list) {
                    out.writeStartArray();
                    for (Object one : list) {
                        write(out, one);
                    }
                    out.writeEndArray();
                } else {
                    write(out, value);
                }
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the text stays in memory.
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Boolean one -> out.writeBoolean(one);
            case Long one -> out.writeNumber(one);
            case Double one -> out.writeNumber(one);
            case String one -> out.writeString(one);
            case byte[] one -> out.writeBinary(one);
            default -> throw new IllegalStateException("No value of a feature: " + value.getClass());
        }
    }

    private static RuntimeException misfit(PushedRow row, FeatureField field, String what) {
        return refused(
                row,
                "field '" + field.name() + "' is " + field.type() + (field.maxLength() == null ? "" : "[]")
                        + ", and what was pushed is " + what);
    }

    private static RuntimeException refused(PushedRow row, String why) {
        return Texts.invalid("The row of entity '" + Texts.cut(100, row.entity()) + "' is refused: " + why + ".");
    }
}
