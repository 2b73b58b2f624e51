package dev.fourfold.artifacts.s3;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file on its way to the store. It gives the last byte only once it knows that none follows, because the
 * store makes a file of what it was sent as soon as it has the announced size; and it remembers what was wrong with the
 * content, which is the giver's mistake and not the store's failure.
 */
final class UploadSource {

    private final InputStream content;
    private final long size;
    private long read;
    private @Nullable ProblemException problem;

    /**
     * Content of a size, or of an unknown one.
     *
     * @param size in bytes, or -1 where it is not known
     */
    UploadSource(InputStream content, long size) {
        this.content = content;
        this.size = size;
    }

    /** What was wrong with the content; null if nothing was so far. */
    @Nullable
    ProblemException problem() {
        return problem;
    }

    /** The next so many bytes, all of which are there; for content of a known size. */
    InputStream next(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int wanted) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int count = UploadSource.this.read(bytes, offset, (int) Math.min(wanted, left));
                if (count < 0) {
                    throw fail("The content ended after " + read + " of the " + size + " bytes announced", null);
                }
                left -= count;
                return count;
            }
        };
    }

    /** Fills the buffer as far as the content goes, and says how far; for what is kept in memory. */
    int fill(byte[] buffer, int from) {
        try {
            int filled = from;
            while (filled < buffer.length) {
                int count = read(buffer, filled, buffer.length - filled);
                if (count < 0) {
                    return filled;
                }
                filled += count;
            }
            return filled;
        } catch (IOException e) {
            throw problem == null ? new Problem.InvalidArgument("The content ended early").toException(e) : problem;
        }
    }

    /** All of a small content of a known size. */
    byte[] all() {
        var bytes = new byte[Math.toIntExact(size)];
        try {
            if (size == 0) {
                refuseMore();
            }
            int filled = 0;
            try (var in = next(size)) {
                while (filled < bytes.length) {
                    filled += in.read(bytes, filled, bytes.length - filled);
                }
            }
            return bytes;
        } catch (IOException e) {
            throw problem == null ? new Problem.InvalidArgument("The content ended early").toException(e) : problem;
        }
    }

    private int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = content.read(bytes, offset, length);
        } catch (IOException e) {
            throw fail("The content ended early", e);
        }
        if (count > 0) {
            read += count;
            if (size >= 0 && read == size) {
                refuseMore();
            }
        }
        return count;
    }

    private void refuseMore() throws IOException {
        int more;
        try {
            more = content.read();
        } catch (IOException e) {
            throw fail("The content ended early", e);
        }
        if (more >= 0) {
            throw fail("The content is longer than the " + size + " bytes announced", null);
        }
    }

    private IOException fail(String message, @Nullable Throwable cause) {
        var invalid = new Problem.InvalidArgument(message);
        problem = cause == null ? invalid.toException() : invalid.toException(cause);
        return new IOException(message, cause);
    }
}
