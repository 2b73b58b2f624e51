package dev.fourfold.artifacts.directory;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.artifacts.store.ArtifactStore;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts in a directory: {@code files/} holds them under their own paths, {@code staging/} what is being written or
 * removed. A file is renamed into place once it is synced, so that a reader or a crash never meets a part of one. A
 * symbolic link counts as nothing at all.
 */
@Singleton
@ServesArtifacts
@Requires(missingProperty = "fourfold.s3.url")
final class DirectoryArtifactStore implements ArtifactStore {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryArtifactStore.class);

    private static final String PART = "artifact-store";
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** What lies in staging for so long belongs to a process that is gone. */
    private static final Duration ABANDONED = Duration.ofHours(24);

    /** How often a put makes its directory again after a delete took it away. */
    private static final int MOST_TRIES = 100;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final Path files;
    private final Path staging;

    DirectoryArtifactStore(DirectorySettings settings) throws IOException {
        this.folder = settings.folder().toAbsolutePath().normalize();
        Files.createDirectories(folder, OWNER_ONLY_DIRECTORY);
        Path real = folder.toRealPath();
        this.files = real.resolve("files");
        this.staging = real.resolve("staging");
        for (Path directory : List.of(real, files, staging)) {
            Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        sync(real);
        sweepStaging();
        if (!System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8")) {
            LOG.warn(
                    "store={} names outside ASCII are refused: this process runs without a UTF-8 locale,"
                            + " set LC_ALL=C.UTF-8",
                    PART);
        }
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        Path target = locate(path);
        Path staged = staging.resolve(UUID.randomUUID().toString());
        try {
            try {
                write(staged, content, size);
                moveIntoPlace(staged, target, path);
            } finally {
                Files.deleteIfExists(staged);
            }
        } catch (IOException e) {
            throw problemOf(e);
        }
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        Path file = locate(path);
        try {
            var attributes = attributes(file);
            if (attributes.isEmpty() || !isReal(parentOf(file))) {
                throw absent(path);
            }
            if (attributes.get().isDirectory() && holdsFile(file)) {
                throw new Problem.InvalidArgument(path + " is a directory").toException();
            }
            if (!attributes.get().isRegularFile()) {
                throw absent(path);
            }
            return open(file, range);
        } catch (NoSuchFileException e) {
            throw absent(path);
        } catch (IOException e) {
            throw problemOf(e);
        }
    }

    private static ArtifactContent open(Path file, ByteRange range) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            long size = channel.size();
            long first = range.first(size);
            long length = range.length(size);
            channel.position(first);
            var stream = new FirstBytes(Channels.newInputStream(channel), length);
            return new ArtifactContent(stream, first, length, size, tag(attributes));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Every put makes a new file, so that its place on the disk, its time and its size tell its bytes. */
    private static String tag(BasicFileAttributes attributes) {
        var modified = attributes.lastModifiedTime().toInstant();
        long place = Objects.hashCode(attributes.fileKey());
        return Long.toHexString(modified.getEpochSecond()) + "-" + Long.toHexString(modified.getNano()) + "-"
                + Long.toHexString(place & 0xFFFF_FFFFL) + "-" + Long.toHexString(attributes.size());
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        Path directory = locate(path);
        var entries = new ArrayList<ArtifactEntry>();
        try {
            if (!isReal(directory)) {
                return List.of();
            }
            for (Path child : children(directory)) {
                var attributes = attributes(child);
                String name = child.getFileName().toString();
                if (attributes.isEmpty()) {
                    continue; // Deleted since it was listed.
                }
                if (attributes.get().isRegularFile()) {
                    entries.add(new ArtifactEntry(name, false, attributes.get().size()));
                } else if (attributes.get().isDirectory() && holdsFile(child)) {
                    entries.add(new ArtifactEntry(name, true, 0));
                }
            }
        } catch (IOException e) {
            throw problemOf(e);
        }
        entries.sort(Comparator.comparing(ArtifactEntry::name));
        return List.copyOf(entries);
    }

    @Override
    public boolean delete(ArtifactPath path) {
        Path target = locate(path);
        try {
            var attributes = attributes(target);
            if (attributes.isEmpty() || !isReal(parentOf(target))) {
                return false;
            }
            boolean something =
                    attributes.get().isRegularFile() || (attributes.get().isDirectory() && holdsFile(target));
            if (!something) {
                return false;
            }
            // One rename takes a whole tree away from every reader; emptying it may then take its time.
            Path removed = staging.resolve(UUID.randomUUID().toString());
            Files.move(target, removed, StandardCopyOption.ATOMIC_MOVE);
            syncNearest(parentOf(target));
            deleteTree(removed);
            dropEmptyParents(target);
            return true;
        } catch (NoSuchFileException e) {
            return false; // Somebody else deleted it meanwhile.
        } catch (IOException e) {
            throw problemOf(e);
        }
    }

    @Override
    public StoreStatus status() {
        try {
            boolean writable = Files.isWritable(files) && Files.isWritable(staging);
            long free = Files.getFileStore(files).getUsableSpace();
            String detail = writable ? (free >> 20) + " MiB free" : "the folder cannot be written";
            return new StoreStatus(PART, "directory", null, folder.toString(), writable, detail);
        } catch (IOException e) {
            return new StoreStatus(PART, "directory", null, folder.toString(), false, "the folder cannot be read");
        }
    }

    private Path locate(ArtifactPath path) {
        Path place = files;
        try {
            for (String segment : path.segments()) {
                place = place.resolve(segment);
            }
        } catch (InvalidPathException e) {
            throw new Problem.Unsupported(
                            "This artifact store takes ASCII names only: its process runs without a UTF-8 locale")
                    .toException(e);
        }
        if (!place.normalize().equals(place) || !place.startsWith(files)) {
            throw new Problem.InvalidArgument("Invalid path").toException();
        }
        return place;
    }

    private static void write(Path staged, InputStream content, long size) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(staged, options, OWNER_ONLY_FILE)) {
            var buffer = new byte[BUFFER_BYTES];
            long written = 0;
            for (int read = read(content, buffer); read >= 0; read = read(content, buffer)) {
                written += read;
                if (size >= 0 && written > size) {
                    throw new Problem.InvalidArgument("The content is longer than the " + size + " bytes announced")
                            .toException();
                }
                var bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            if (size >= 0 && written < size) {
                throw new Problem.InvalidArgument(
                                "The content ended after " + written + " of the " + size + " bytes announced")
                        .toException();
            }
            channel.force(true);
        }
    }

    /** A failure of the giver is not one of the store. */
    private static int read(InputStream content, byte[] buffer) {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The content ended early").toException(e);
        }
    }

    private void moveIntoPlace(Path staged, Path target, ArtifactPath path) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                makeDirectories(parentOf(target), path);
                Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
                sync(parentOf(target));
                return;
            } catch (NoSuchFileException e) {
                if (tries == MOST_TRIES || !Files.exists(staged, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            } catch (FileSystemException e) {
                boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
                if (!directory) {
                    throw e;
                }
                if (tries == MOST_TRIES || holdsFile(target)) {
                    throw new Problem.InvalidArgument(path + " is a directory").toException(e);
                }
                deleteEmptyDirectories(target);
            }
        }
    }

    /** Makes what is missing, each step synced into the one above, and refuses to pass a file or a link. */
    private void makeDirectories(Path directory, ArtifactPath path) throws IOException {
        Path place = files;
        for (Path segment : files.relativize(directory)) {
            if (segment.toString().isEmpty()) {
                return; // The file lies in the root itself.
            }
            Path parent = place;
            place = place.resolve(segment);
            var attributes = attributes(place);
            if (attributes.isPresent() && !attributes.get().isDirectory()) {
                throw new Problem.InvalidArgument("A file is in the way of " + path).toException();
            }
            if (attributes.isEmpty()) {
                try {
                    Files.createDirectory(place, OWNER_ONLY_DIRECTORY);
                    sync(parent);
                } catch (FileAlreadyExistsException e) {
                    LOG.trace("made meanwhile by another put: {}", e.getMessage());
                }
            }
        }
        if (!isReal(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
    }

    /** Whether this is a directory that no symbolic link leads to. */
    private boolean isReal(Path directory) throws IOException {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && directory.toRealPath().equals(directory);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** What is there, a link not followed; empty where nothing is, or a file above. */
    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isNotDirectory(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (var stream = Files.list(directory)) {
            return stream.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of(); // Deleted, or replaced by a file, meanwhile.
        }
    }

    /** Looks depth first, so that it mostly finds a file at once. */
    private static boolean holdsFile(Path directory) throws IOException {
        var open = new ArrayDeque<Path>(List.of(directory));
        while (!open.isEmpty()) {
            for (Path child : children(open.pop())) {
                var attributes = attributes(child);
                if (attributes.isPresent() && attributes.get().isRegularFile()) {
                    return true;
                }
                if (attributes.isPresent() && attributes.get().isDirectory()) {
                    open.push(child);
                }
            }
        }
        return false;
    }

    private static void deleteTree(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : children(tree)) {
                deleteTree(child);
            }
        }
        Files.deleteIfExists(tree);
    }

    /** Makes room for a file whose place is taken by directories that hold none. */
    private static void deleteEmptyDirectories(Path directory) throws IOException {
        try {
            for (Path child : children(directory)) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    deleteEmptyDirectories(child);
                }
            }
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            LOG.trace("filled meanwhile: {}", e.getMessage());
        }
    }

    /** Tidiness alone: lists do not show a directory without a file anyway. */
    private void dropEmptyParents(Path deleted) {
        for (Path parent = deleted.getParent();
                parent != null && !parent.equals(files) && parent.startsWith(files);
                parent = parent.getParent()) {
            try {
                Files.delete(parent);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                return;
            } catch (IOException e) {
                LOG.debug("folder={} not removed", parent, e);
                return;
            }
        }
    }

    private void sweepStaging() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        for (Path left : children(staging)) {
            var attributes = attributes(left);
            if (attributes.isPresent()
                    && attributes.get().lastModifiedTime().toInstant().isBefore(limit)) {
                deleteTree(left);
            }
        }
    }

    /** A new name survives a power loss only once its directory is synced. */
    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Every place below the root has one. */
    private static Path parentOf(Path place) {
        return Objects.requireNonNull(place.getParent());
    }

    /** Another delete may have taken the emptied directory away: then the one above it knows. */
    private static void syncNearest(Path directory) throws IOException {
        for (Path place = directory; ; place = parentOf(place)) {
            try {
                sync(place);
                return;
            } catch (NoSuchFileException e) {
                LOG.trace("deleted meanwhile: {}", e.getMessage());
            }
        }
    }

    private static ProblemException absent(ArtifactPath path) {
        return new Problem.NotFound("No artifact at " + path).toException();
    }

    private static boolean isNotDirectory(FileSystemException e) {
        return e instanceof NotDirectoryException || "Not a directory".equals(e.getReason());
    }

    /** The operating system's words are all that tells one failure from another; they are not for the caller. */
    private static ProblemException problemOf(IOException e) {
        String words = e.toString();
        if (words.contains("File name too long")) {
            return new Problem.InvalidArgument("The path is too long for this artifact store").toException(e);
        }
        boolean full = words.contains("No space left") || words.contains("Disk quota exceeded");
        String message = full ? "The artifact store is full" : "The artifact store cannot be read or written";
        return new Problem.Unavailable(PART, message, RETRY_AFTER).toException(e);
    }
}
