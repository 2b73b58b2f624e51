package dev.fourfold.gateway.otlp;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.lines.EpochNanos;
import dev.fourfold.gateway.lines.LineIdentities;
import dev.fourfold.logs.LineLimits;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequestOrBuilder;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of one request into lines, run by run. A record that cannot be a line is rejected alone: OTLP has a
 * place in its answer for that, and an exporter would drop a whole batch for one bad record.
 *
 * <ul>
 *   <li>The run is the attribute {@code mlflow.run_id} of the record, or of the resource, or the request's header.
 *   <li>The stream is the attribute {@code log.iostream} ({@code stdout}, {@code stderr}) of OpenTelemetry's conventions,
 *       or the scope's name, which is the logger's.
 *   <li>The rank is the attribute {@code fourfold.rank} of the record or of the resource.
 *   <li>All other attributes are fields, those of the resource under {@code resource}.
 * </ul>
 *
 * <p>OTLP numbers no records, so a record's identity is made from all that it says; see {@link LineIdentities}.
 */
final class OtlpReader {

    private static final String RUN = "mlflow.run_id";
    private static final String STREAM = "log.iostream";
    private static final String RANK = "fourfold.rank";
    private static final Set<String> TAKEN = Set.of(RUN, STREAM, RANK);
    private static final String NO_STREAM = "otlp";

    private final long nowNanos;
    private final @Nullable String runUnlessSaid;
    private final LineIdentities identities = new LineIdentities();
    private final Map<String, List<LogLine>> lines = new LinkedHashMap<>();
    private long rejected;
    private boolean full;
    private @Nullable String why;

    /**
     * @param now the time of records that have none
     * @param runUnlessSaid the run of records that name none, or null
     */
    OtlpReader(Instant now, @Nullable String runUnlessSaid) {
        nowNanos = EpochNanos.of(now);
        this.runUnlessSaid = runUnlessSaid;
    }

    /** What could be read, in the order given, by run. */
    Map<String, List<LogLine>> lines() {
        return lines;
    }

    /** How many records were rejected. */
    long rejected() {
        return rejected;
    }

    /** The same of records whose run takes no more. */
    void rejectAsFull(int records, String message) {
        full = true;
        reject(records, message);
    }

    /** What to answer with where every record was rejected. */
    Problem problem() {
        return full ? new Problem.Full(why()) : new Problem.InvalidArgument(why());
    }

    /** Why the first of them was, and how many there are. */
    String why() {
        return rejected + " log record" + (rejected == 1 ? "" : "s") + " rejected; the first: " + why;
    }

    /** Counts records that cannot be taken. */
    void reject(int records, String reason) {
        rejected += records;
        if (why == null) {
            why = reason;
        }
    }

    /** Reads a request's records. */
    void read(ExportLogsServiceRequestOrBuilder request) {
        for (ResourceLogs from : request.getResourceLogsList()) {
            var resource = byKey(from.getResource().getAttributesList());
            for (ScopeLogs scope : from.getScopeLogsList()) {
                for (LogRecord record : scope.getLogRecordsList()) {
                    read(
                            record,
                            byKey(record.getAttributesList()),
                            scope.getScope().getName(),
                            resource);
                }
            }
        }
    }

    private void read(
            LogRecord record, Map<String, AnyValue> attributes, String scope, Map<String, AnyValue> resource) {
        String run = text(attributes.getOrDefault(RUN, resource.get(RUN)));
        if (run == null) {
            run = runUnlessSaid;
        }
        if (run == null || run.isEmpty()) {
            reject(
                    1,
                    "no run: set the attribute " + RUN + " of the record or its resource, or the header "
                            + OtlpLogController.RUN_HEADER + ".");
            return;
        }
        Integer rank;
        try {
            rank = rank(attributes.getOrDefault(RANK, resource.get(RANK)));
        } catch (NumberFormatException e) {
            reject(1, RANK + " is a whole number from 0.");
            return;
        }
        long time = record.getTimeUnixNano() == 0 ? record.getObservedTimeUnixNano() : record.getTimeUnixNano();
        if (time < 0) {
            reject(1, "the time is past the year 2262.");
            return;
        }
        if (time == 0) {
            time = nowNanos;
        }
        String stream = text(attributes.get(STREAM));
        if (stream == null || stream.isEmpty()) {
            stream = scope.isEmpty() ? NO_STREAM : scope;
        }
        LogLevel level = level(record);
        String message = message(record);
        String fields = fields(record, attributes, resource);
        var identity = identities.next(
                run, stream, level.name(), Long.toString(time), message, rank == null ? null : "" + rank, fields);
        var line = new LogLine(identity.writer(), stream, identity.sequence(), time, level, message, rank, fields);
        var problem = LineLimits.problemOf(line, "");
        if (problem.isPresent()) {
            reject(1, problem.get().message() + ".");
        } else {
            lines.computeIfAbsent(run, first -> new ArrayList<>()).add(line);
        }
    }

    private static Map<String, AnyValue> byKey(List<KeyValue> attributes) {
        var found = new LinkedHashMap<String, AnyValue>();
        attributes.forEach(one -> found.put(one.getKey(), one.getValue()));
        return found;
    }

    private static @Nullable String text(@Nullable AnyValue value) {
        return value != null && value.hasStringValue() ? value.getStringValue() : null;
    }

    private static @Nullable Integer rank(@Nullable AnyValue value) {
        if (value == null) {
            return null;
        }
        long rank = value.hasStringValue() ? Long.parseLong(value.getStringValue()) : value.getIntValue();
        if (rank < 0 || rank > Integer.MAX_VALUE || !(value.hasStringValue() || value.hasIntValue())) {
            throw new NumberFormatException("rank " + rank);
        }
        return (int) rank;
    }

    /** OpenTelemetry numbers levels in fours: 1 to 4 are TRACE, 21 to 24 FATAL, 0 is unsaid. */
    private static LogLevel level(LogRecord record) {
        int number = record.getSeverityNumberValue();
        if (number < 1 || number > 24) {
            return LogLevel.INFO;
        }
        return LogLevel.values()[(number - 1) / 4];
    }

    private static String message(LogRecord record) {
        AnyValue body = record.getBody();
        return switch (body.getValueCase()) {
            case STRING_VALUE -> body.getStringValue();
            case VALUE_NOT_SET -> record.getEventName();
            default -> new String(Json.bytes(out -> write(out, body)), StandardCharsets.UTF_8);
        };
    }

    private static @Nullable String fields(
            LogRecord record, Map<String, AnyValue> attributes, Map<String, AnyValue> resource) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            writeAll(out, attributes);
            if (!record.getTraceId().isEmpty()) {
                out.writeStringField(
                        "trace_id", HexFormat.of().formatHex(record.getTraceId().toByteArray()));
            }
            if (!record.getSpanId().isEmpty()) {
                out.writeStringField(
                        "span_id", HexFormat.of().formatHex(record.getSpanId().toByteArray()));
            }
            if (!record.getEventName().isEmpty()) {
                out.writeStringField("event_name", record.getEventName());
            }
            if (resource.keySet().stream().anyMatch(key -> !TAKEN.contains(key))) {
                out.writeObjectFieldStart("resource");
                writeAll(out, resource);
                out.writeEndObject();
            }
            out.writeEndObject();
        });
        return json.length == 2 ? null : new String(json, StandardCharsets.UTF_8);
    }

    private static void writeAll(JsonGenerator out, Map<String, AnyValue> attributes) throws IOException {
        for (Map.Entry<String, AnyValue> one : attributes.entrySet()) {
            if (!TAKEN.contains(one.getKey())) {
                out.writeFieldName(one.getKey());
                write(out, one.getValue());
            }
        }
    }

    private static void write(JsonGenerator out, AnyValue value) throws IOException {
        switch (value.getValueCase()) {
            case STRING_VALUE -> out.writeString(value.getStringValue());
            case BOOL_VALUE -> out.writeBoolean(value.getBoolValue());
            case INT_VALUE -> out.writeNumber(value.getIntValue());
            case DOUBLE_VALUE -> {
                if (Double.isFinite(value.getDoubleValue())) {
                    out.writeNumber(value.getDoubleValue());
                } else {
                    out.writeString(Double.toString(value.getDoubleValue()));
                }
            }
            case BYTES_VALUE ->
                out.writeString(
                        Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray()));
            case ARRAY_VALUE -> {
                out.writeStartArray();
                for (AnyValue one : value.getArrayValue().getValuesList()) {
                    write(out, one);
                }
                out.writeEndArray();
            }
            case KVLIST_VALUE -> {
                out.writeStartObject();
                for (Map.Entry<String, AnyValue> one :
                        byKey(value.getKvlistValue().getValuesList()).entrySet()) {
                    out.writeFieldName(one.getKey());
                    write(out, one.getValue());
                }
                out.writeEndObject();
            }
            default -> out.writeNull();
        }
    }
}
