package dev.fourfold.artifacts.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object being read, whose connection is dropped when it is closed early: to close it would read all that is left. */
final class AbortedStream extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> object;
    private long left;

    AbortedStream(ResponseInputStream<GetObjectResponse> object, long length) {
        super(object);
        this.object = object;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        left -= count < 0 ? left : count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        left -= skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        if (left > 0) {
            object.abort();
        } else {
            super.close();
        }
    }
}
