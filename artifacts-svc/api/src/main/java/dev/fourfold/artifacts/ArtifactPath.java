package dev.fourfold.artifacts;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.Unicode;
import java.io.ByteArrayOutputStream;
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

    /** The longest path in bytes of UTF-8: half of what Linux takes, so that the store's own folder fits before it. */
    private static final int LONGEST = 2048;

    private static final int LONGEST_SEGMENT = 255;
    private static final int MOST_DECODINGS = 8;

    /** Refuses what could leave the root or mean something else to a store, in any number of percent-encodings. */
    public ArtifactPath {
        // Whoever decoded bytes that are no UTF-8 put this character there: the name that was meant is lost.
        boolean malformed = value.indexOf('\uFFFD') >= 0;
        if (malformed || value.length() > LONGEST || value.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw invalid();
        }
        String decoded = value;
        for (int i = 0; ; i++) {
            check(decoded, i > 0);
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

    /** Whether this is the root. */
    public boolean isRoot() {
        return value.isEmpty();
    }

    /** A path below this one. */
    public ArtifactPath resolve(String below) {
        return value.isEmpty() || below.isEmpty() ? of(value + below) : of(value + "/" + below);
    }

    /** The last segment; empty for the root. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return value;
    }

    private static void check(String path, boolean furtherDecoded) {
        if (path.isEmpty()) {
            return;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' || c == '#' || c == '?' || isForbiddenControl(c, furtherDecoded) || Unicode.isHalf(path, i)) {
                throw invalid();
            }
        }
        for (String segment : path.split("/", -1)) {
            checkSegment(segment);
        }
        if (path.length() > 1 && path.charAt(1) == ':' && isAsciiLetter(path.charAt(0))) {
            throw invalid();
        }
    }

    /**
     * A name such as {@code step%0%timestamp%17} decodes to a control character that nobody meant; only what would end a
     * name or a line is refused there.
     */
    private static boolean isForbiddenControl(char c, boolean furtherDecoded) {
        return furtherDecoded ? c == 0 || c == '\r' || c == '\n' : Character.isISOControl(c);
    }

    private static void checkSegment(String segment) {
        // Some servers cut a segment at its semicolon, and some file systems drop blanks: `..;x` and `.. ` are `..`
        // there.
        int semicolon = segment.indexOf(';');
        String bare = (semicolon < 0 ? segment : segment.substring(0, semicolon)).strip();
        boolean dots = bare.equals(".") || bare.equals("..");
        boolean nothing = segment.isEmpty() || (semicolon >= 0 && bare.isEmpty());
        if (dots || nothing || segment.getBytes(StandardCharsets.UTF_8).length > LONGEST_SEGMENT) {
            throw invalid();
        }
    }

    private static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Decodes what is a whole escape and leaves the rest as it is: {@code 100%} is a legal name. */
    private static String percentDecode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        var decoded = new StringBuilder(path.length());
        var run = new ByteArrayOutputStream();
        int i = 0;
        while (i < path.length()) {
            if (isEscape(path, i)) {
                run.write(hex(path.charAt(i + 1)) << 4 | hex(path.charAt(i + 2)));
                i += 3;
            } else {
                append(decoded, run);
                decoded.append(path.charAt(i++));
            }
        }
        append(decoded, run);
        return decoded.toString();
    }

    private static void append(StringBuilder decoded, ByteArrayOutputStream run) {
        byte[] bytes = run.toByteArray();
        refuseOverlong(bytes);
        decoded.append(new String(bytes, StandardCharsets.UTF_8));
        run.reset();
    }

    /** A lax decoder reads {@code C0 AE} as a dot and Java as two replacement characters: nobody shall see the first. */
    private static void refuseOverlong(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            int lead = bytes[i] & 0xFF;
            int next = bytes[i + 1] & 0xFF;
            boolean overlong = ((lead == 0xC0 || lead == 0xC1) && next >= 0x80 && next <= 0xBF)
                    || (lead == 0xE0 && next >= 0x80 && next <= 0x9F)
                    || (lead == 0xF0 && next >= 0x80 && next <= 0x8F);
            if (overlong) {
                throw invalid();
            }
        }
    }

    private static boolean isEscape(String path, int i) {
        return path.charAt(i) == '%'
                && i + 2 < path.length()
                && hex(path.charAt(i + 1)) >= 0
                && hex(path.charAt(i + 2)) >= 0;
    }

    /** The digit's value, or -1; only ASCII digits make an escape. */
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static RuntimeException invalid() {
        return new Problem.InvalidArgument("Invalid path").toException();
    }
}
