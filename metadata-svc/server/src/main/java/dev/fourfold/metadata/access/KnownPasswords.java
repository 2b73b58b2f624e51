package dev.fourfold.metadata.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers which password matched which slow hash, so that a client that sends both with every request does not pay
 * for the slow hash each time. The hash is read from the store on every sign-in, so a changed password ends this at
 * once. What is kept is a keyed hash whose key never leaves this process.
 */
final class KnownPasswords {

    private static final int MAX_ENTRIES = 1000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Map<String, byte[]> digests = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    KnownPasswords() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    boolean holds(String passwordHash, String password) {
        byte[] known;
        synchronized (digests) {
            known = digests.get(passwordHash);
        }
        return known != null && MessageDigest.isEqual(known, digest(password));
    }

    void add(String passwordHash, String password) {
        var digest = digest(password);
        synchronized (digests) {
            digests.put(passwordHash, digest);
        }
    }

    private byte[] digest(String password) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
