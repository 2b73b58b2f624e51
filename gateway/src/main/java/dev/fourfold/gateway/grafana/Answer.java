package dev.fourfold.gateway.grafana;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer in InfluxDB's form. */
final class Answer {

    /**
     * One series.
     *
     * @param tags what tells it from others; empty for none
     * @param rows each as long as the columns: numbers, texts, truths or null
     */
    record Series(String name, Map<String, String> tags, List<String> columns, List<List<@Nullable Object>> rows) {

        /** Copies the lists. */
        Series {
            columns = List.copyOf(columns);
            rows = Collections.unmodifiableList(new ArrayList<>(rows));
        }
    }

    private Answer() {}

    /** How the column of times is written. */
    @FunctionalInterface
    interface TimeForm {

        /** Writes milliseconds since 1970. */
        void write(JsonGenerator out, long millis) throws IOException;
    }

    static byte[] json(List<Series> series, TimeForm times) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("results");
            out.writeStartObject();
            out.writeNumberField("statement_id", 0);
            if (!series.isEmpty()) {
                out.writeArrayFieldStart("series");
                for (Series one : series) {
                    write(out, one, times);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, Series series, TimeForm times) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", series.name());
        if (!series.tags().isEmpty()) {
            out.writeObjectFieldStart("tags");
            for (Map.Entry<String, String> tag : series.tags().entrySet()) {
                out.writeStringField(tag.getKey(), tag.getValue());
            }
            out.writeEndObject();
        }
        out.writeArrayFieldStart("columns");
        for (String column : series.columns()) {
            out.writeString(column);
        }
        out.writeEndArray();
        boolean timed = series.columns().getFirst().equals("time");
        out.writeArrayFieldStart("values");
        for (List<@Nullable Object> row : series.rows()) {
            out.writeStartArray();
            for (int i = 0; i < row.size(); i++) {
                if (timed && i == 0 && row.getFirst() instanceof Long millis) {
                    times.write(out, millis);
                } else {
                    write(out, row.get(i));
                }
            }
            out.writeEndArray();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** JSON knows neither NaN nor infinities, and InfluxDB holds none: null stands for them. */
    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Double number -> {
                if (Double.isFinite(number)) {
                    out.writeNumber(number);
                } else {
                    out.writeNull();
                }
            }
            case Long number -> out.writeNumber(number);
            case Integer number -> out.writeNumber(number);
            case Boolean truth -> out.writeBoolean(truth);
            case String text -> out.writeString(text);
            default -> throw new IllegalStateException("No value of an answer: " + value.getClass());
        }
    }
}
