package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.Unicode;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.lines.LineIdentities;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads log lines: a JSON array, or one object after another (NDJSON). All of them are good or the whole is refused,
 * naming the first bad one.
 *
 * <p>A line without writer and sequence gets an identity made from what it says and from how many equal ones came before
 * it in the request, so that sending the request again adds nothing. A line without a time is of now, and so is new at
 * each sending.
 */
final class LogReader {

    private static final int MOST_LINES = 100_000;
    private static final String NO_STREAM = "log";

    private final long nowNanos;
    private final List<LogLine> lines = new ArrayList<>();
    private final LineIdentities identities = new LineIdentities();

    LogReader(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** The lines of a request's body. */
    List<LogLine> read(byte[] body) {
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            JsonToken token = in.nextToken();
            if (token == JsonToken.START_ARRAY) {
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    add(in);
                }
                if (in.nextToken() != null) {
                    throw refusal("something follows the array");
                }
            } else {
                for (; token != null; token = in.nextToken()) {
                    add(in);
                }
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("Line " + lines.size() + ": not valid JSON.").toException(e);
        }
        return lines;
    }

    private void add(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw refusal("a line is a JSON object");
        }
        if (lines.size() == MOST_LINES) {
            throw new Problem.TooLarge("More than " + MOST_LINES + " lines in one request.").toException();
        }
        var draft = new Draft();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            take(draft, name, in);
        }
        lines.add(finish(draft));
    }

    private void take(Draft draft, String name, JsonParser in) throws IOException {
        switch (name) {
            case "time" -> draft.timeNanos = time(in);
            case "stream" -> draft.stream = text(name, in);
            case "level" -> draft.level = level(in);
            case "message" -> draft.message = text(name, in);
            case "writer" -> draft.writer = text(name, in);
            case "sequence" -> draft.sequence = whole(name, in);
            case "rank" -> {
                Long rank = whole(name, in);
                if (rank != null && (rank < 0 || rank > Integer.MAX_VALUE)) {
                    throw refusal("'rank' is a whole number from 0");
                }
                draft.rank = rank == null ? null : rank.intValue();
            }
            case "fields" -> {
                if (in.currentToken() == JsonToken.START_OBJECT) {
                    while (in.nextToken() != JsonToken.END_OBJECT) {
                        String field = in.currentName();
                        in.nextToken();
                        draft.field(field, in);
                    }
                } else if (in.currentToken() != JsonToken.VALUE_NULL) {
                    throw refusal("'fields' is a JSON object");
                }
            }
            default -> draft.field(name, in);
        }
    }

    private LogLine finish(Draft draft) throws IOException {
        String message = draft.message;
        if (message == null) {
            throw refusal("'message' is missing");
        }
        if ((draft.writer == null) != (draft.sequence == null)) {
            throw refusal("'writer' and 'sequence' come together or not at all");
        }
        String stream = draft.stream == null ? NO_STREAM : draft.stream;
        LogLevel level = draft.level == null ? LogLevel.INFO : draft.level;
        long time = draft.timeNanos == null ? nowNanos : draft.timeNanos;
        String fields = draft.fields();
        String writer = draft.writer;
        Long sequence = draft.sequence;
        if (writer == null || sequence == null) {
            var identity = identities.next(
                    stream, level.name(), Long.toString(time), message, String.valueOf(draft.rank), fields);
            writer = identity.writer();
            sequence = identity.sequence();
        }
        if (writer.isEmpty() || sequence < 0) {
            throw refusal("'writer' is not empty and 'sequence' not negative");
        }
        return new LogLine(writer, stream, sequence, time, level, message, draft.rank, fields);
    }

    private @Nullable Long time(JsonParser in) throws IOException {
        try {
            return switch (in.currentToken()) {
                case VALUE_NULL -> null;
                case VALUE_NUMBER_INT -> in.getLongValue();
                case VALUE_STRING -> Query.nanosOf(in.getText());
                default -> throw refusal("'time' is nanoseconds since 1970, or a text such as 2026-01-31T12:00:00Z");
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw refusal("'time' is nanoseconds since 1970, or a text such as 2026-01-31T12:00:00Z");
        }
    }

    private @Nullable LogLevel level(JsonParser in) throws IOException {
        String name = text("level", in);
        return name == null
                ? null
                : switch (name.toUpperCase(Locale.ROOT)) {
                    case "TRACE" -> LogLevel.TRACE;
                    case "DEBUG" -> LogLevel.DEBUG;
                    case "INFO" -> LogLevel.INFO;
                    case "WARN", "WARNING" -> LogLevel.WARN;
                    case "ERROR" -> LogLevel.ERROR;
                    case "FATAL", "CRITICAL" -> LogLevel.FATAL;
                    default -> throw refusal("'level' is one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL");
                };
    }

    private @Nullable String text(String name, JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> clean(name, in.getText());
            default -> throw refusal("'" + name + "' is a text");
        };
    }

    private @Nullable Long whole(String name, JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> in.getLongValue();
            default -> throw refusal("'" + name + "' is a whole number");
        };
    }

    /** Half of a surrogate pair cannot be written as UTF-8 and read back. */
    private String clean(String name, String text) {
        if (!Unicode.isWhole(text)) {
            throw refusal("'" + name + "' holds half of a surrogate pair");
        }
        return text;
    }

    private ProblemException refusal(String why) {
        return new Problem.InvalidArgument("Line " + lines.size() + ": " + why + ".").toException();
    }

    /** A line while it is read. */
    private static final class Draft {

        private @Nullable Long timeNanos;
        private @Nullable String stream;
        private @Nullable LogLevel level;
        private @Nullable String message;
        private @Nullable String writer;
        private @Nullable Long sequence;
        private @Nullable Integer rank;
        private @Nullable ByteArrayOutputStream bytes;
        private @Nullable JsonGenerator out;

        /** Copies the value at the parser under a name. */
        void field(String name, JsonParser in) throws IOException {
            JsonGenerator fields = out;
            if (fields == null) {
                bytes = new ByteArrayOutputStream();
                fields = Json.FACTORY.createGenerator(bytes);
                fields.writeStartObject();
                out = fields;
            }
            fields.writeFieldName(name);
            fields.copyCurrentStructure(in);
        }

        @Nullable
        String fields() throws IOException {
            if (out == null || bytes == null) {
                return null;
            }
            out.close();
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
