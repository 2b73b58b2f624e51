package dev.fourfold.gateway.security;

import dev.fourfold.contract.tls.TrustedAuthorities;
import io.micronaut.context.exceptions.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the public port, in the words of Micronaut's settings: beans and conditions of its server look there, so it has to be known
 * before anything starts. The files are read again now and then, as certificates are renewed.
 */
public final class DoorTls {

    /** The certificate with those between it and its authority, in PEM. */
    public static final String CERTIFICATE = "fourfold.tls.certificate";

    /** Its key, in PEM. */
    public static final String KEY = "fourfold.tls.key";

    /** How often the files are read again, for example {@code 1m}. */
    public static final String RELOAD = "fourfold.tls.reload";

    private static final String NAME = "door";

    private DoorTls() {}

    /**
     * Reads the settings.
     *
     * @param given gives a setting by its name; null or blank where it is not set
     * @param port where the gateway listens
     * @return nothing where neither is set: then the port speaks HTTP
     * @throws ConfigurationException where one is set alone, or cannot be read
     */
    public static Map<String, Object> properties(Function<String, @Nullable String> given, String port) {
        String certificate = given.apply(CERTIFICATE);
        String key = given.apply(KEY);
        String reload = given.apply(RELOAD);
        boolean certified = certificate != null && !certificate.isBlank();
        boolean keyed = key != null && !key.isBlank();
        if (!certified && !keyed) {
            return Map.of();
        }
        if (!certified || !keyed) {
            throw new ConfigurationException(CERTIFICATE + " and " + KEY + " belong together");
        }
        TrustedAuthorities.in(CERTIFICATE, certificate);
        if (!Files.isReadable(Path.of(key.strip()))) {
            throw new ConfigurationException(KEY + ": " + key + " cannot be read");
        }
        String file = "micronaut.certificate.file." + NAME + ".";
        return Map.of(
                "micronaut.server.ssl.enabled",
                true,
                "micronaut.server.ssl.port",
                port,
                "micronaut.server.ssl.key-name",
                NAME,
                file + "path",
                key.strip(),
                file + "certificate-path",
                certificate.strip(),
                file + "format",
                "PEM",
                file + "refresh-mode",
                "SCHEDULER",
                file + "refresh-interval",
                reload == null || reload.isBlank() ? "1m" : reload);
    }
}
