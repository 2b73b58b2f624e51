package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.lines.EpochNanos;
import io.micronaut.http.HttpRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request's query, read by name; what cannot be understood is refused, naming the parameter. */
record Query(HttpRequest<?> request) {

    /** Refuses parameters of other names, without a value or with several: a condition that is misspelt would be none. */
    Query only(String... known) {
        for (String name : request.getParameters().names()) {
            List<String> values = request.getParameters().getAll(name);
            if (!List.of(known).contains(name)) {
                throw refusal(name, "is not known; there is " + String.join(", ", known))
                        .toException();
            }
            if (values.size() != 1 || values.getFirst().isEmpty()) {
                throw refusal(name, "has one value").toException();
            }
        }
        return this;
    }

    /** A text, or null where it is absent or empty. */
    @Nullable
    String text(String name) {
        String value = request.getParameters().get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** All values of a parameter that may be given several times, each once. */
    List<String> texts(String name, int least, int most) {
        List<String> values = request.getParameters().getAll(name);
        if (values.size() < least) {
            throw refusal(name, "is missing").toException();
        }
        if (values.size() > most) {
            throw refusal(name, "can be given " + most + " times at most").toException();
        }
        if (values.stream().anyMatch(String::isEmpty)) {
            throw refusal(name, "is empty").toException();
        }
        if (values.stream().distinct().count() < values.size()) {
            throw refusal(name, "has a value twice").toException();
        }
        return values;
    }

    /** A whole number within bounds. */
    int number(String name, int unlessSaid, int most) {
        String value = text(name);
        if (value == null) {
            return unlessSaid;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refusal(name, "is a whole number from 1 to " + most).toException(e);
        }
        throw refusal(name, "is a whole number from 1 to " + most).toException();
    }

    /** A whole number of 64 bits, or null. */
    @Nullable
    Long wholeOrNull(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw refusal(name, "is a whole number of 64 bits").toException(e);
        }
    }

    /** A constant of an enum, in any letter case, or null. */
    <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw refusal(name, "is one of " + java.util.Arrays.toString(type.getEnumConstants()))
                .toException();
    }

    /** A time, as nanoseconds since 1970 or in the form of RFC 3339, or null. */
    @Nullable
    Long nanos(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            return nanosOf(value);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw refusal(name, "is a time: nanoseconds since 1970, or 2026-01-31T12:00:00Z")
                    .toException(e);
        }
    }

    /** Nanoseconds since 1970, from such a number or from RFC 3339. */
    static long nanosOf(String text) {
        if (text.matches("-?\\d{1,19}")) {
            return Long.parseLong(text);
        }
        Instant instant = OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
        return EpochNanos.of(instant);
    }

    private static Problem refusal(String name, String what) {
        return new Problem.InvalidArgument("The parameter '" + name + "' " + what + ".");
    }
}
