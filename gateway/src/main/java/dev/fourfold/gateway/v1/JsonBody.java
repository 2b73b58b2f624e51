package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.Unicode;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads bodies member by member; what is not of the right kind is refused by its name. */
final class JsonBody {

    /** What most bodies weigh at most. */
    static final int SMALL = 1024 * 1024;

    private JsonBody() {}

    /** Reads one member of an object, whose value is the parser's token. */
    @FunctionalInterface
    interface Member {
        void read(String name, JsonParser in) throws IOException;
    }

    /** Reads one element of an array. */
    @FunctionalInterface
    interface Element {
        void read() throws IOException;
    }

    /** Reads the one object of a body. */
    static void read(byte[] body, Member member) {
        for (byte one : body) {
            if (one == 0) {
                throw refusal("The body is JSON in UTF-8"); // And none in UTF-16 or UTF-32, which have such bytes.
            }
        }
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            in.nextToken();
            object("body", in, member);
            if (in.nextToken() != null) {
                throw refusal("Something follows the body's object");
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
    }

    static void object(String what, JsonParser in, Member member) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw refusal(
                    what.equals("body")
                            ? "The body is a JSON object"
                            : "'" + what + "' has something in it that" + " is no object");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            member.read(name, in);
        }
    }

    static void each(String name, JsonParser in, Element element) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw refusal("'" + name + "' is a list");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    static @Nullable Long wholeOrNull(String name, JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NULL ? null : Long.valueOf(whole(name, in));
    }

    static long whole(String name, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
                || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw refusal("'" + name + "' is a whole number of 64 bits");
        }
        return in.getLongValue();
    }

    static String text(String name, JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw refusal("'" + name + "' is a text");
        }
        return clean(name, in.getText());
    }

    /** Half of a surrogate pair cannot be written as UTF-8: it would be read, and kept, as another text. */
    static String clean(String name, String text) {
        if (!Unicode.isWhole(text)) {
            throw refusal("'" + name + "' holds half of a surrogate pair");
        }
        return text;
    }

    /** A constant by its name, in any case; a refusal shows the names as they are answered, in upper or lower case. */
    static <E extends Enum<E>> E choice(String name, String text, Class<E> type, boolean lowerCase) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        String names = Arrays.toString(type.getEnumConstants());
        throw refusal("'" + name + "' is one of " + (lowerCase ? names.toLowerCase(Locale.ROOT) : names));
    }

    /** A body that says it is JSON, up to a limit. */
    static byte[] body(HttpRequest<?> request, int limit) {
        checkType(request);
        return Bodies.readText(request, limit);
    }

    /** Refuses a body that says it is something else, as a form's does. */
    static void checkType(HttpRequest<?> request) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON)) {
            throw refusal("Content-Type must be application/json, not '" + type + "'");
        }
    }

    /** The caller's mistake. */
    static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message + ".").toException();
    }
}
