package dev.fourfold.contract.tls;

import io.micronaut.context.exceptions.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who may sign the certificates of a store's servers, instead of the authorities that Java trusts.
 *
 * @param context for clients that take a whole context
 * @param manager for clients that take the manager as well
 */
public record TrustedAuthorities(SSLContext context, X509TrustManager manager) {

    /**
     * Those of a file.
     *
     * @param setting its name, for messages
     * @param file certificates in PEM, one after the other; null or blank for none
     * @return empty where there is no file: then Java's own count
     * @throws ConfigurationException where the file cannot be read or has no certificate
     */
    public static Optional<TrustedAuthorities> in(String setting, @Nullable String file) {
        if (file == null || file.isBlank()) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(Path.of(file.strip()))) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new ConfigurationException(setting + ": " + file + " has no certificate");
            }
            return Optional.of(of(found));
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    setting + ": the certificates in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static TrustedAuthorities of(Collection<? extends Certificate> authorities)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        var manager = Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return new TrustedAuthorities(context, manager);
    }
}
