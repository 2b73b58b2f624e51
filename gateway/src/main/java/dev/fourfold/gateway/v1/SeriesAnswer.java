package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.v1.MetricQuestion.Along;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Series as JSON or as CSV.
 *
 * @param axis what was asked for
 * @param last whether these are latest values, which know of no axis and of no other points
 * @param startMillis the start of each run, where times are relative to it
 */
record SeriesAnswer(List<MetricSeries> series, Along axis, boolean last, Map<String, Long> startMillis) {

    private static final String RELATIVE_TIME = "relative_time";

    byte[] json() {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!last) {
                out.writeStringField("axis", axis.name().toLowerCase(Locale.ROOT));
            }
            out.writeArrayFieldStart("series");
            for (MetricSeries one : series) {
                out.writeStartObject();
                out.writeStringField("run_id", one.points().runId());
                out.writeStringField("key", one.key());
                if (!last) {
                    out.writeBooleanField("reduced", one.reduced());
                }
                out.writeArrayFieldStart("points");
                for (Point point : one.points().points()) {
                    out.writeStartObject();
                    if (isRelative()) {
                        out.writeNumberField(RELATIVE_TIME, relative(one, point));
                    }
                    out.writeNumberField("timestamp", point.timestampMillis());
                    out.writeNumberField("step", point.step());
                    out.writeNumberField("value", point.value());
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** A header and a line for each point, as RFC 4180 has it. */
    byte[] csv() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new CSVPrinter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), CSVFormat.RFC4180)) {
            if (isRelative()) {
                out.printRecord("run_id", "key", RELATIVE_TIME, "timestamp", "step", "value");
            } else {
                out.printRecord("run_id", "key", "timestamp", "step", "value");
            }
            for (MetricSeries one : series) {
                for (Point point : one.points().points()) {
                    out.print(one.points().runId());
                    out.print(one.key());
                    if (isRelative()) {
                        out.print(relative(one, point));
                    }
                    out.print(point.timestampMillis());
                    out.print(point.step());
                    out.print(point.value());
                    out.println();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    private boolean isRelative() {
        return axis == Along.RELATIVE_TIME;
    }

    private long relative(MetricSeries one, Point point) {
        return point.timestampMillis() - startMillis.getOrDefault(one.points().runId(), 0L);
    }
}
