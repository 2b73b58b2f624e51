package dev.fourfold.artifacts;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file being read; the receiver closes it.
 *
 * @param size in bytes
 */
public record ArtifactContent(InputStream stream, long size) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
