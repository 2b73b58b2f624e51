package dev.fourfold.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from the class path into the tools folder once.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 * @param prefix what a command line starts with: PostgreSQL refuses to run as root, so root runs it in a user namespace
 *     where root has no powers
 */
record PostgresProgram(Path home, List<String> prefix) {

    private static final int DIGEST_CHARACTERS = 16;

    static PostgresProgram unpacked() throws IOException, InterruptedException {
        var name = resourceName();
        @Nullable URL archive = PostgresProgram.class.getResource("/" + name);
        if (archive == null) {
            throw new EmbeddedStoreException("No PostgreSQL for this machine (" + name
                    + ") is on the class path: give the address of a PostgreSQL of your own.");
        }
        var home = Tools.once(
                Tools.folder(), "postgresql-" + digestOf(archive), Path.of(""), empty -> unpack(archive, empty));
        return new PostgresProgram(home, shedRoot());
    }

    List<String> command(String program, List<String> arguments) {
        var command = new ArrayList<>(prefix);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    /** For example {@code 18.6}. */
    String version() throws IOException, InterruptedException {
        var words = StoreProcess.output(null, command("postgres", List.of("--version")))
                .split(" ", -1);
        return words[words.length - 1];
    }

    private static String resourceName() {
        var os = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        var machine = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
        return "postgres-" + os + "-" + machine + ".txz";
    }

    private static List<String> shedRoot() throws InterruptedException {
        if (!"Linux".equals(System.getProperty("os.name")) || new UnixSystem().getUid() != 0) {
            return List.of();
        }
        var prefix = List.of("unshare", "--user");
        try {
            var command = new ArrayList<>(prefix);
            command.add("true");
            StoreProcess.output(null, command);
            return prefix;
        } catch (IOException e) {
            throw new EmbeddedStoreException(
                    "PostgreSQL refuses to run as root, and this machine allows root no user namespace to shed its"
                            + " powers in (" + e.getMessage()
                            + "): run Fourfold as another user, or give the address of a PostgreSQL of your own.",
                    e);
        }
    }

    private static String digestOf(URL archive) throws IOException {
        try (var in = new DigestInputStream(archive.openStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest()).substring(0, DIGEST_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(URL archive, Path into) throws IOException {
        try (InputStream in = archive.openStream();
                var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var target = into.resolve(entry.getName()).normalize();
                if (!target.startsWith(into)) {
                    throw new IOException("an entry of " + archive + " leads out of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    var executable = into.relativize(target).startsWith("bin");
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
                } else {
                    throw new IOException("an entry of " + archive + " is of an unexpected kind: " + entry.getName());
                }
            }
        }
    }
}
