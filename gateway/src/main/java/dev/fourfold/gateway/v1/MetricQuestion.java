package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of {@code metrics/query}.
 *
 * @param runIds each once
 * @param keys each once; empty for all, where the last values are asked for
 * @param last whether only each metric's latest value is wanted
 * @param from the least place on the axis that is wanted, or null
 * @param to the place on the axis from which on nothing is wanted, or null
 * @param format what the body asks for, or null
 */
record MetricQuestion(
        List<String> runIds,
        List<String> keys,
        boolean last,
        Along axis,
        @Nullable Long from,
        @Nullable Long to,
        int maxPoints,
        @Nullable Format format) {

    static final int MOST_RUNS = 100;
    private static final int MOST_KEYS = 100;
    private static final int POINTS_UNLESS_SAID = 1000;
    private static final long NANOS_A_MILLI = 1_000_000;

    /** The axes. */
    enum Along {
        STEP,
        TIME,
        RELATIVE_TIME
    }

    /** The forms of an answer. */
    enum Format {
        JSON,
        CSV
    }

    /** Reads a request's body; what cannot be understood, or is not known, is refused by name. */
    static MetricQuestion read(byte[] body) {
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw refusal("The body is a JSON object");
            }
            var draft = new Draft();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                draft.take(name, in);
            }
            if (in.nextToken() != null) {
                throw refusal("Something follows the body's object");
            }
            return draft.finish();
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message + ".").toException();
    }

    /** A question as far as it was read. */
    private static final class Draft {

        private List<String> runIds = List.of();
        private List<String> keys = List.of();
        private boolean last;
        private @Nullable Along axis;
        private @Nullable Bound from;
        private @Nullable Bound to;
        private @Nullable Integer maxPoints;
        private @Nullable Format format;

        private void take(String name, JsonParser in) throws IOException {
            switch (name) {
                case "run_ids" -> runIds = texts(name, in, MOST_RUNS);
                case "keys" -> keys = texts(name, in, MOST_KEYS);
                case "last" -> last = truth(name, in);
                case "axis" -> axis = choice(name, in, Along.class);
                case "from" -> from = bound(name, in);
                case "to" -> to = bound(name, in);
                case "max_points" -> maxPoints = points(in);
                case "format" -> format = choice(name, in, Format.class);
                default ->
                    throw refusal(
                            "'" + name + "' is not known; a question has run_ids, keys, axis, from, to, max_points,"
                                    + " last and format");
            }
        }

        private MetricQuestion finish() {
            if (runIds.isEmpty()) {
                throw refusal("'run_ids' is missing");
            }
            if (keys.isEmpty() && !last) {
                throw refusal("'keys' is missing");
            }
            if (last && (axis != null || from != null || to != null || maxPoints != null)) {
                throw refusal("'last' asks for the latest values, and so goes with run_ids, keys and format alone");
            }
            Along along = Objects.requireNonNullElse(axis, Along.STEP);
            Long least = from == null ? null : from.on(along, "from");
            Long end = to == null ? null : to.on(along, "to");
            if (end != null && (end == Long.MIN_VALUE || (least != null && end <= least))) {
                throw refusal("'to' is after 'from'");
            }
            return new MetricQuestion(
                    runIds,
                    keys,
                    last,
                    along,
                    least,
                    end,
                    Objects.requireNonNullElse(maxPoints, POINTS_UNLESS_SAID),
                    format);
        }

        private static List<String> texts(String name, JsonParser in, int most) throws IOException {
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw refusal("'" + name + "' is a list of texts");
            }
            var texts = new ArrayList<String>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                if (in.currentToken() != JsonToken.VALUE_STRING) {
                    throw refusal("'" + name + "' is a list of texts");
                }
                if (texts.size() == most) {
                    throw refusal("'" + name + "' has at most " + most + " entries");
                }
                if (texts.contains(in.getText())) {
                    throw refusal("'" + name + "' has an entry twice");
                }
                texts.add(in.getText());
            }
            if (texts.isEmpty()) {
                throw refusal("'" + name + "' is empty");
            }
            return texts;
        }

        private static boolean truth(String name, JsonParser in) throws IOException {
            return switch (in.currentToken()) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE, VALUE_NULL -> false;
                default -> throw refusal("'" + name + "' is true or false");
            };
        }

        private static <E extends Enum<E>> @Nullable E choice(String name, JsonParser in, Class<E> type)
                throws IOException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            for (E constant : type.getEnumConstants()) {
                if (in.currentToken() == JsonToken.VALUE_STRING
                        && constant.name().toLowerCase(Locale.ROOT).equals(in.getText())) {
                    return constant;
                }
            }
            throw refusal("'" + name + "' is one of "
                    + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
        }

        private static @Nullable Integer points(JsonParser in) throws IOException {
            return switch (in.currentToken()) {
                case VALUE_NULL -> null;
                case VALUE_NUMBER_INT -> in.getIntValue();
                default -> throw refusal("'max_points' is a whole number");
            };
        }

        private static @Nullable Bound bound(String name, JsonParser in) throws IOException {
            return switch (in.currentToken()) {
                case VALUE_NULL -> null;
                case VALUE_NUMBER_INT -> new Bound(in.getLongValue(), null);
                case VALUE_STRING -> new Bound(0, in.getText());
                default -> throw refusal("'" + name + "' is a whole number, or a time such as 2026-01-31T12:00:00Z");
            };
        }
    }

    /** An end of the range: a number, or a text that says a time. */
    private record Bound(long number, @Nullable String text) {

        private long on(Along axis, String name) {
            if (text == null) {
                return number;
            }
            if (axis == Along.TIME && text.contains("T")) {
                try {
                    return Math.floorDiv(Query.nanosOf(text), NANOS_A_MILLI);
                } catch (DateTimeException | ArithmeticException e) {
                    throw new Problem.InvalidArgument("'" + name + "' is not a time such as 2026-01-31T12:00:00Z.")
                            .toException(e);
                }
            }
            throw refusal("'" + name + "' is a whole number"
                    + (axis == Along.TIME
                            ? " of milliseconds since 1970, or a time such as 2026-01-31T12:00:00Z"
                            : ""));
        }
    }
}
