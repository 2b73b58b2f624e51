package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.feature.FeatureField;
import dev.fourfold.metadata.feature.FeatureType;
import dev.fourfold.metadata.feature.FeatureView;
import dev.fourfold.metadata.feature.ViewState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes what there is of features. Values are kept as they are answered, so they are copied and not read. */
final class FeatureAnswer {

    /** What one reading answers at most, repeats of an entity included. */
    private static final int MOST_BYTES = 16 << 20;

    private static final int MILLIS = 1000;
    private static final byte[] NULL = ascii("null");
    private static final byte[] NOT_FOUND = ascii(",\"found\":false,\"event_time\":null,\"values\":null}");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    private final FeatureView view;
    private final long nowMillis;
    private final int[] numbers;
    private final byte[][] names;

    private FeatureAnswer(FeatureView view, List<FeatureField> fields, long nowMillis) {
        this.view = view;
        this.nowMillis = nowMillis;
        numbers = fields.stream().mapToInt(FeatureField::number).toArray();
        names = new byte[numbers.length][];
        for (int i = 0; i < names.length; i++) {
            names[i] = ascii((i == 0 ? "{\"" : ",\"") + fields.get(i).name() + "\":");
        }
    }

    /** Rows as they are asked for; fields are names of the view's, or null for all. */
    static byte[] rows(FeatureReader.Read read, List<String> entities, @Nullable List<String> fields, long nowMillis) {
        var answer = new FeatureAnswer(read.view(), chosen(read.view(), fields), nowMillis);
        answer.write(ascii("{\"view\":\"" + read.view().name() + "\",\"entities\":["));
        for (int i = 0; i < entities.size(); i++) {
            answer.write(ascii(i == 0 ? "{\"entity\":" : ",{\"entity\":"));
            answer.writeKey(entities.get(i));
            answer.write(read.rows().get(i));
            if (answer.out.size() > MOST_BYTES) {
                throw new Problem.TooLarge("The answer is over the limit of " + MOST_BYTES
                                + " bytes: ask for fewer entities, or fewer fields.")
                        .toException();
            }
        }
        answer.write(ascii("]}"));
        return answer.out.toByteArray();
    }

    private static List<FeatureField> chosen(FeatureView view, @Nullable List<String> names) {
        if (names == null) {
            return view.fields();
        }
        var byName = new HashMap<String, FeatureField>();
        view.fields().forEach(field -> byName.put(field.name(), field));
        var fields = new ArrayList<FeatureField>();
        for (String name : names) {
            FeatureField field = byName.get(name);
            if (field == null) {
                throw new Problem.InvalidArgument("The feature view '" + view.name() + "' has no field '" + name + "'.")
                        .toException();
            }
            fields.add(field);
        }
        return fields;
    }

    /** Keys of INT64 are numbers; what is none has no row, and is told as it was asked. */
    private void writeKey(String entity) {
        if (view.entity().type() == FeatureType.INT64 && entity.matches("0|-?[1-9][0-9]*")) {
            write(ascii(entity));
        } else {
            out.write('"');
            write(JsonStringEncoder.getInstance().quoteAsUTF8(entity));
            out.write('"');
        }
    }

    private void write(FeatureReader.@Nullable Row row) {
        if (row == null || view.expired(row.eventTimeMillis(), nowMillis)) {
            write(NOT_FOUND);
            return;
        }
        write(ascii(",\"found\":true,\"event_time\":" + row.eventTimeMillis() + ",\"values\":"));
        if (names.length == 0) {
            out.write('{');
        }
        int[] ends = ends(row.values(), row.offset());
        for (int i = 0; i < names.length; i++) {
            write(names[i]);
            int number = numbers[i];
            if (number < ends.length) {
                int begin = number == 0 ? row.offset() + 1 : ends[number - 1] + 1;
                out.write(row.values(), begin, ends[number] - begin);
            } else {
                write(NULL); // A field that is younger than the row.
            }
        }
        write(ascii("}}"));
    }

    /** Where the elements of an array end that was written without spaces: at commas of its own level, and its end. */
    private static int[] ends(byte[] array, int offset) {
        int[] ends = new int[32];
        int count = 0;
        int depth = 0;
        boolean text = false;
        for (int i = offset; i < array.length; i++) {
            byte one = array[i];
            if (text) {
                if (one == '\\') {
                    i++;
                } else if (one == '"') {
                    text = false;
                }
            } else if (one == '"') {
                text = true;
            } else if (one == '[') {
                depth++;
            } else if ((one == ',' && depth == 1) || (one == ']' && --depth == 0)) {
                if (count == ends.length) {
                    ends = Arrays.copyOf(ends, 2 * count);
                }
                ends[count++] = i;
            }
        }
        return Arrays.copyOf(ends, count);
    }

    private void write(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A view, and how full it is. */
    static void write(JsonGenerator out, ViewState state) throws IOException {
        FeatureView view = state.view();
        out.writeStartObject();
        out.writeStringField("name", view.name());
        out.writeStringField("description", view.description());
        out.writeObjectFieldStart("entity");
        out.writeStringField("name", view.entity().name());
        out.writeStringField("type", view.entity().type().name());
        out.writeEndObject();
        out.writeArrayFieldStart("fields");
        for (FeatureField field : view.fields()) {
            out.writeStartObject();
            out.writeStringField("name", field.name());
            Integer length = field.maxLength();
            out.writeStringField("type", field.type().name() + (length == null ? "" : "[]"));
            if (length != null) {
                out.writeNumberField("max_length", length);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        Long ttl = view.ttlMillis();
        if (ttl == null) {
            out.writeNullField("ttl_seconds");
        } else {
            out.writeNumberField("ttl_seconds", ttl / MILLIS);
        }
        out.writeNumberField("max_rows", view.maxRows());
        out.writeNumberField("max_bytes", view.maxBytes());
        out.writeStringField("when_full", view.whenFull().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("version", view.version());
        out.writeNumberField("creation_time", view.creationTimeMillis());
        out.writeNumberField("last_update_time", view.lastUpdateTimeMillis());
        out.writeObjectFieldStart("usage");
        out.writeNumberField("rows", state.rows());
        out.writeNumberField("bytes", state.bytes());
        out.writeEndObject();
        out.writeEndObject();
    }
}
