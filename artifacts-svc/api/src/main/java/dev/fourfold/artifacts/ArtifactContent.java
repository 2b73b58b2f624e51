package dev.fourfold.artifacts;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file, or a part of one, being read; the receiver closes it.
 *
 * @param first the position in the file of the stream's first byte
 * @param length how many bytes the stream gives; where a part was asked for, 0 means that nothing of the file is in it
 * @param size of the whole file, in bytes
 * @param tag another one whenever the file's bytes are others; letters, digits and hyphens
 */
public record ArtifactContent(InputStream stream, long first, long length, long size, String tag)
        implements AutoCloseable {

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
