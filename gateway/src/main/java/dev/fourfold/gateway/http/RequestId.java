package dev.fourfold.gateway.http;

import io.micronaut.http.HttpRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The id under which a request appears in our log, in answers, and with whoever sent it along. */
public final class RequestId {

    /** Carries the id both ways. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = "fourfold.request-id";
    private static final int LONGEST = 64;

    private RequestId() {}

    /** The id that the client gave, where it is a plain word; else one that is made at the first call. */
    public static String of(HttpRequest<?> request) {
        var known = request.getAttribute(ATTRIBUTE, String.class);
        if (known.isPresent()) {
            return known.get();
        }
        String given = request.getHeaders().get(HEADER);
        String id = given != null && isPlainWord(given)
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    private static boolean isPlainWord(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars()
                        .allMatch(c -> c >= '0' && c <= '9'
                                || c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c == '-'
                                || c == '_'
                                || c == '.');
    }
}
