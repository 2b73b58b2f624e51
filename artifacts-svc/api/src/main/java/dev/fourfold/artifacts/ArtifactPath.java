package dev.fourfold.artifacts;

import dev.fourfold.contract.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A path below the root of the artifact store that is safe by construction: every route and every service makes its
 * paths here and nowhere else.
 *
 * @param value segments joined by {@code /}, without a leading or trailing one; empty is the root
 */
public record ArtifactPath(String value) {

    /** The root of the store. */
    public static final ArtifactPath ROOT = new ArtifactPath("");

    private static final int LONGEST = 4096;
    private static final int LONGEST_SEGMENT = 255;
    private static final int MOST_DECODINGS = 8;

    /** Refuses what could leave the root or mean something else to a store, in any number of percent-encodings. */
    public ArtifactPath {
        String decoded = value;
        for (int i = 0; ; i++) {
            check(decoded);
            String next = percentDecode(decoded);
            if (next.equals(decoded)) {
                break;
            }
            if (i == MOST_DECODINGS) {
                throw invalid();
            }
            decoded = next;
        }
    }

    /** A path as a client sends it: already percent-decoded once, perhaps with a trailing slash. */
    public static ArtifactPath of(String path) {
        String trimmed = path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
        return new ArtifactPath(trimmed);
    }

    /** The path's segments; none for the root. */
    public List<String> segments() {
        return value.isEmpty() ? List.of() : List.of(value.split("/", -1));
    }

    /** A path below this one. */
    public ArtifactPath resolve(String below) {
        return value.isEmpty() ? of(below) : of(value + "/" + below);
    }

    /** The last segment; empty for the root. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return value;
    }

    private static void check(String path) {
        if (path.isEmpty()) {
            return;
        }
        if (path.length() > LONGEST || path.indexOf('\\') >= 0 || path.indexOf('#') >= 0 || path.indexOf('?') >= 0) {
            throw invalid();
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isISOControl(c)
                    || (Character.isHighSurrogate(c)
                            && (i + 1 == path.length() || !Character.isLowSurrogate(path.charAt(i + 1))))
                    || (Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(path.charAt(i - 1))))) {
                throw invalid();
            }
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty()
                    || segment.equals(".")
                    || segment.equals("..")
                    || segment.getBytes(StandardCharsets.UTF_8).length > LONGEST_SEGMENT) {
                throw invalid();
            }
        }
        if (path.length() > 1 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0))) {
            throw invalid();
        }
    }

    /** Decodes what is a whole escape and leaves the rest as it is: {@code 100%} is a legal name. */
    private static String percentDecode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        var escaped = new StringBuilder(path.length() + 16);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean escape = c == '%'
                    && i + 2 < path.length()
                    && Character.digit(path.charAt(i + 1), 16) >= 0
                    && Character.digit(path.charAt(i + 2), 16) >= 0;
            switch (c) {
                case '+' -> escaped.append("%2B");
                case '%' -> escaped.append(escape ? "%" : "%25");
                default -> escaped.append(c);
            }
        }
        return URLDecoder.decode(escaped.toString(), StandardCharsets.UTF_8);
    }

    private static RuntimeException invalid() {
        return new Problem.InvalidArgument("Invalid path").toException();
    }
}
