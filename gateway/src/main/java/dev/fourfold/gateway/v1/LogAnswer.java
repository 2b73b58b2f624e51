package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogPage;
import io.micronaut.http.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lines and counts as they go out. */
final class LogAnswer {

    private LogAnswer() {}

    /** @param named whether each line says which run it is of */
    static HttpResponse<byte[]> page(LogPage page, boolean named) {
        return Json.ok(Store.MONGODB, Json.bytes(out -> {
            out.writeStartObject();
            writeLines(out, page.lines(), named);
            writeCursor(out, "next", page.nextCursor());
            out.writeEndObject();
        }));
    }

    /** Counts with their bounds; intervals without lines are left out. */
    static HttpResponse<byte[]> counts(Optional<LogCountQuery> query, List<LogCount> counts) {
        return Json.ok(Store.MONGODB, Json.bytes(out -> {
            out.writeStartObject();
            if (query.isPresent()) {
                out.writeNumberField("from", query.get().fromNanos());
                out.writeNumberField("to", query.get().toNanos());
                out.writeNumberField("interval", query.get().intervalNanos());
            } else {
                out.writeNullField("from");
                out.writeNullField("to");
                out.writeNullField("interval");
            }
            out.writeNumberField(
                    "lines", counts.stream().mapToLong(LogCount::lines).sum());
            out.writeArrayFieldStart("counts");
            for (LogCount count : counts) {
                out.writeStartObject();
                out.writeNumberField("time", count.fromNanos());
                if (count.runId() != null) {
                    out.writeStringField("run_id", count.runId());
                }
                if (count.stream() != null) {
                    out.writeStringField("stream", count.stream());
                }
                if (count.level() != null) {
                    out.writeStringField("level", count.level().name());
                }
                out.writeNumberField("lines", count.lines());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    /** Lines around a time, oldest first, and how to go on to both sides. */
    static HttpResponse<byte[]> around(long timeNanos, LogPage before, LogPage after) {
        return Json.ok(Store.MONGODB, Json.bytes(out -> {
            out.writeStartObject();
            out.writeNumberField("time", timeNanos);
            out.writeNumberField("before", before.lines().size());
            out.writeNumberField("after", after.lines().size());
            var lines = new ArrayList<>(before.lines().reversed());
            lines.addAll(after.lines());
            writeLines(out, lines, false);
            writeCursor(out, "previous", before.nextCursor());
            writeCursor(out, "next", after.nextCursor());
            out.writeEndObject();
        }));
    }

    private static void writeCursor(JsonGenerator out, String name, @Nullable String cursor) throws IOException {
        out.writeFieldName(name);
        out.writeString(cursor);
    }

    private static void writeLines(JsonGenerator out, List<FoundLine> lines, boolean named) throws IOException {
        out.writeArrayFieldStart("lines");
        for (FoundLine found : lines) {
            write(out, named ? found.runId() : null, found.line());
        }
        out.writeEndArray();
    }

    static void write(JsonGenerator out, @Nullable String runId, LogLine line) throws IOException {
        out.writeStartObject();
        if (runId != null) {
            out.writeStringField("run_id", runId);
        }
        out.writeNumberField("time", line.timeNanos());
        out.writeStringField("level", line.level().name());
        out.writeStringField("stream", line.stream());
        out.writeStringField("message", line.message());
        out.writeStringField("writer", line.writer());
        out.writeNumberField("sequence", line.sequence());
        if (line.rank() != null) {
            out.writeNumberField("rank", line.rank());
        }
        if (line.fields() != null) {
            out.writeFieldName("fields");
            out.writeRawValue(line.fields());
        }
        out.writeEndObject();
    }
}
