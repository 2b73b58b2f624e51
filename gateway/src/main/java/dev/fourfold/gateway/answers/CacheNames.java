package dev.fourfold.gateway.answers;

import dev.fourfold.contract.Unicode;
import java.nio.ByteBuffer;
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
            char c = name.charAt(i);
            // A comma would make two names of one in a query; half of a surrogate pair would be a question mark in
            // UTF-8,
            // and so another's name.
            if (Character.isISOControl(c) || c == ',' || Unicode.isHalf(name, i)) {
                return false;
            }
        }
        return true;
    }

    /** Of the characters as they are: every charset loses what is half of a surrogate pair. */
    private static byte[] sha256(String name) {
        var bytes = ByteBuffer.allocate(Character.BYTES * name.length());
        bytes.asCharBuffer().put(name);
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
