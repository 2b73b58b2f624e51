package dev.fourfold.logs.mongo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/** Bytes, deflated: a document of few large values costs a server that walks it far less than one of many small ones. */
final class Packed {

    private static final int PIECE = 8_192;

    private Packed() {}

    static byte[] pack(byte[] bytes) {
        var packed = new ByteArrayOutputStream(64 + bytes.length / 4);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        try (var out = new DeflaterOutputStream(packed, deflater, PIECE)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        } finally {
            deflater.end();
        }
        return packed.toByteArray();
    }

    /** @throws IllegalArgumentException where the bytes are not of that form */
    static byte[] unpack(byte[] packed) {
        var inflater = new Inflater();
        try {
            inflater.setInput(packed);
            var bytes = new byte[Math.max(PIECE, 8 * packed.length)];
            int length = 0;
            while (!inflater.finished()) {
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * length);
                }
                int more = inflater.inflate(bytes, length, bytes.length - length);
                if (more == 0 && !inflater.finished()) {
                    throw new IllegalArgumentException("Packed bytes are cut short");
                }
                length += more;
            }
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("Packed bytes are malformed", e);
        } finally {
            inflater.end();
        }
    }
}
