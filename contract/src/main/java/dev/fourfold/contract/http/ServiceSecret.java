package dev.fourfold.contract.http;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What our processes know and nobody else: calls from one to another carry it in {@link #HEADER}. To change it while all run,
 * every process first accepts the new one beside the old one, then sends the new one, then forgets the old one.
 */
@Singleton
public final class ServiceSecret {

    /** Carries the secret from caller to service. */
    public static final String HEADER = "X-Fourfold-Secret";

    /** The fewest characters: 128 bits as hexadecimal digits. */
    static final int SHORTEST = 32;

    private static final String KEY = "fourfold.service.secret";

    private final @Nullable String sent;
    private final List<byte[]> accepted;

    /**
     * As it is configured.
     *
     * @param secret what is sent, and accepted; empty for none
     * @param others what is accepted as well, with commas between
     */
    ServiceSecret(
            @Value("${" + KEY + ":}") @Nullable String secret,
            @Value("${fourfold.service.other-secrets:}") @Nullable String others) {
        this.sent = secret == null || secret.isBlank() ? null : checked(KEY, secret.strip());
        this.accepted = Stream.concat(
                        Stream.ofNullable(sent),
                        Stream.of(others == null ? new String[0] : others.split(","))
                                .map(String::strip)
                                .filter(one -> !one.isEmpty())
                                .map(one -> checked("fourfold.service.other-secrets", one)))
                .map(one -> one.getBytes(StandardCharsets.US_ASCII))
                .toList();
        if (sent == null && !accepted.isEmpty()) {
            throw new ConfigurationException("fourfold.service.other-secrets are set, and no " + KEY);
        }
    }

    /** Whether there is one. */
    boolean known() {
        return sent != null;
    }

    /** What a call to another service carries; null for none. */
    @Nullable
    String sent() {
        return sent;
    }

    /** Sends it along with a request of the JDK's client. */
    public HttpRequest.Builder along(HttpRequest.Builder request) {
        return sent == null ? request : request.header(HEADER, sent);
    }

    /** Whether a caller that sent this is one of us. Takes as long for a wrong one as for a right one. */
    boolean accepts(@Nullable String given) {
        if (given == null) {
            return false;
        }
        byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        boolean right = false;
        for (byte[] one : accepted) {
            right |= MessageDigest.isEqual(one, bytes);
        }
        return right;
    }

    /** Tells nothing. */
    @Override
    public String toString() {
        return "ServiceSecret[" + (sent == null ? "none" : "set") + "]";
    }

    private static String checked(String key, String secret) {
        if (secret.length() < SHORTEST || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new ConfigurationException(key + " must have at least " + SHORTEST
                    + " characters, printable ASCII without spaces; `openssl rand -hex 32` makes one");
        }
        return secret;
    }
}
