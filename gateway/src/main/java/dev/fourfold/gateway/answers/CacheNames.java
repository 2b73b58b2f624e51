package dev.fourfold.gateway.answers;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/**
 * Keys and subjects as the cache service takes them, which has no control characters and ends at 1,024: names that hold
 * more (an experiment may be called anything) are told apart by their SHA-256.
 */
final class CacheNames {

    private static final int LONGEST = 900;

    /** No name of ours begins so. */
    private static final String HASHED = "sha256:";

    private CacheNames() {}

    static String of(String name) {
        return name.length() <= LONGEST && isPlain(name)
                ? name
                : HASHED + HexFormat.of().formatHex(sha256(name));
    }

    static Collection<String> of(Collection<String> names) {
        return names.stream().map(CacheNames::of).toList();
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] sha256(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
