package dev.fourfold.gateway.lines;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Identities for the lines of one request that bring none: made from what a line says and from how many equal ones came
 * before it, so that sending the request again adds nothing and equal lines of one request are all kept. Not safe for use
 * by several threads.
 */
public final class LineIdentities {

    /** How the writers begin that stand for the hash of a line. */
    private static final String HASHED = "h-";

    /**
     * A line's identity beside its run and stream.
     *
     * @param writer stands for what the line says
     * @param sequence how many equal lines came before it in the request
     */
    public record Identity(String writer, long sequence) {}

    private final Map<String, Integer> repeats = new HashMap<>();

    /** The identity of the next line, from everything that tells it from others; an absent part differs from an empty one. */
    public Identity next(@Nullable String... parts) {
        String writer = HASHED + hash(parts);
        return new Identity(writer, repeats.merge(writer, 1, Integer::sum) - 1L);
    }

    private static String hash(@Nullable String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
                digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
                digest.update((byte) (part == null ? '-' : ':'));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every JDK has it.
        }
    }
}
