package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Certificates for tests of TLS, made by the JDK's keytool: an authority of their own, and what it has signed. Valid for
 * 30 days.
 */
public final class Certificates {

    static final String PASSWORD = "changeit";
    private static final String AUTHORITY = "ca";

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes an authority, and a certificate and key for each name, good for the host 127.0.0.1.
     *
     * @param folder where the files go, in PEM; keys in PKCS #8 without a password, for their owner only
     */
    public static Certificates make(Path folder, String... names) throws IOException, InterruptedException {
        var made = new Certificates(PrivateFiles.folder(folder));
        made.keytool("-genkeypair", "-alias", AUTHORITY, "-dname", "CN=Authority of " + folder, "-ext", "bc:c");
        for (String name : names) {
            made.keytool(
                    "-genkeypair",
                    "-alias",
                    name,
                    "-dname",
                    "CN=" + name,
                    "-signer",
                    AUTHORITY,
                    "-ext",
                    "san=ip:127.0.0.1");
        }
        try {
            var keys = KeyStore.getInstance(made.store().toFile(), PASSWORD.toCharArray());
            made.pem(
                    made.authority(),
                    "CERTIFICATE",
                    keys.getCertificate(AUTHORITY).getEncoded());
            for (String name : names) {
                made.pem(
                        made.certificate(name),
                        "CERTIFICATE",
                        keys.getCertificate(name).getEncoded());
                made.pem(
                        made.key(name),
                        "PRIVATE KEY",
                        keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
            }
        } catch (GeneralSecurityException e) {
            throw new EmbeddedStoreException("The certificates in " + folder + " cannot be read", e);
        }
        return made;
    }

    /** The certificate of the authority. */
    public Path authority() {
        return folder.resolve(AUTHORITY + ".crt");
    }

    /** The certificate of that name. */
    public Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    /** Its key. */
    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** All keys and certificates, as a PKCS #12 store with the password {@code changeit}. */
    Path store() {
        return folder.resolve("keys.p12");
    }

    private void pem(Path file, String kind, byte[] encoded) throws IOException {
        PrivateFiles.write(
                file,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END "
                        + kind + "-----\n");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("-keyalg", "EC", "-validity", "30", "-storepass", PASSWORD, "-keystore", store().toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new EmbeddedStoreException("keytool failed: " + said);
        }
    }
}
