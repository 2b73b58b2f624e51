package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.contract.StoreStatus;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Files under paths, as an object store keeps them: a directory exists as long as a file is below it. Every method
 * throws {@code Unavailable("artifact-store")} where the store fails; repeating a call then mends it.
 */
public interface ArtifactStore {

    /**
     * Writes or replaces a file; durable when it returns. Readers see the old bytes or the new ones, never a part, and
     * after any failure the old ones. {@code InvalidArgument} where a directory is at the path, a file above it, or the
     * content has not the size given.
     *
     * @param path never the root
     * @param size in bytes, or -1 where it is not known
     */
    void put(ArtifactPath path, InputStream content, long size);

    /**
     * Opens a file, or a part of it. What is read is the file as it was then, even if it is replaced or deleted
     * meanwhile. {@code NotFound} where there is none, {@code InvalidArgument} for a directory.
     */
    ArtifactContent get(ArtifactPath path, ByteRange range);

    /** What lies directly in a directory, by name; empty for a file and where there is nothing. */
    List<ArtifactEntry> list(ArtifactPath path);

    /**
     * Removes a file, or a directory with all below it; false where there is neither. A store of objects removes a
     * directory's files one after the other: where it fails midway, a repeat removes the rest.
     *
     * @param path never the root
     */
    boolean delete(ArtifactPath path);

    /** What clients and the store can do without us; empty where the store is reached through us alone. */
    default Optional<DirectTransfers> transfers() {
        return Optional.empty();
    }

    /** How the store is now, within a second; never throws. */
    StoreStatus status();
}
