package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Folders and files that only their owner can open. */
public final class PrivateFiles {

    private static final FileAttribute<?> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 24;

    private PrivateFiles() {}

    /** Makes the folder if it is absent; gives its real path, by which a process can later be told to be its own. */
    static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder, FOLDER_MODE).toRealPath();
        } catch (IOException e) {
            throw new EmbeddedStoreException("The folder " + folder + " cannot be made: " + e, e);
        }
    }

    /** Replaces a file's text so that a reader sees the old text or the new one, and no crash leaves half of it. */
    static void write(Path file, String text) throws IOException {
        var beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(beside, FILE_MODE);
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The password in this file; a new random one is put there when there is none. */
    public static String secret(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        var bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        // The URL-safe alphabet: it may stand in a redis:// address, a settings file and an InfluxQL literal as it is.
        var secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        write(file, secret + "\n");
        return secret;
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
