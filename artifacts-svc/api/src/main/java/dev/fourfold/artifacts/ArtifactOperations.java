package dev.fourfold.artifacts;

import java.io.InputStream;
import java.util.List;

/** Files below the root of the artifact store, streamed both ways in constant memory; never looked into. */
public interface ArtifactOperations {

    /**
     * Writes or replaces a file: readers see the old bytes or the new ones, never a part; on disk when this returns.
     * {@code InvalidArgument} for the root or where a directory is in the way; {@code Unavailable} without space.
     *
     * @param size in bytes, or -1 where it is not known; a stream that ends early leaves nothing
     */
    void put(ArtifactPath path, InputStream content, long size);

    /** Opens a file; {@code NotFound} where there is none, {@code InvalidArgument} for a directory. */
    default ArtifactContent get(ArtifactPath path) {
        return get(path, ByteRange.WHOLE);
    }

    /** Opens a file at a part of it, as {@link #get(ArtifactPath)}; what lies before that part is not read. */
    ArtifactContent get(ArtifactPath path, ByteRange range);

    /** What lies directly in a directory, by name; empty where there is none. A file lists as nothing. */
    List<ArtifactEntry> list(ArtifactPath path);

    /** Removes a file, or a directory with all that is in it; {@code NotFound} where there is neither. */
    void delete(ArtifactPath path);
}
