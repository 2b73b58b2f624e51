package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Set;

/**
 * Copies a running PostgreSQL's data so that another one can follow it. The embedded programs have no pg_basebackup: the
 * files are copied between the two calls that a backup by hand makes, and the log after them, as it is needed to the end.
 */
final class PostgresCopy {

    private static final String LOG = "pg_wal";
    private static final Set<String> NOT_COPIED = Set.of(LOG, "postmaster.pid", "postmaster.opts", "pg_replslot");

    private PostgresCopy() {}

    static void take(PostgresStore primary, Path data) {
        var from = primary.folder().resolve("data");
        try (var connection = DriverManager.getConnection(primary.url(), primary.user(), primary.password());
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('replica', true)");
            copy(from, data, NOT_COPIED);
            Files.createDirectory(data.resolve("pg_replslot"));
            try (var stopped = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                stopped.next();
                PrivateFiles.write(data.resolve("backup_label"), stopped.getString(1));
            }
            copy(from.resolve(LOG), data.resolve(LOG), Set.of());
            PrivateFiles.write(data.resolve("standby.signal"), "");
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=" + EmbeddedStore.HOST + " port=" + primary.port() + " user="
                            + primary.user() + " password=" + primary.password() + "'\n",
                    StandardOpenOption.APPEND);
        } catch (SQLException | IOException e) {
            throw new EmbeddedStoreException("no copy of " + primary + ": " + e.getMessage(), e);
        }
    }

    private static void copy(Path from, Path to, Set<String> without) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (without.contains(from.relativize(folder).toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.copy(folder, to.resolve(from.relativize(folder)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!without.contains(from.relativize(file).toString())) {
                    Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }

            /** A running server removes files: what is gone meanwhile comes back, or goes, as the log is replayed. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }
}
