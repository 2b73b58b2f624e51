package dev.fourfold.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says in a journal that what the records before it wrote under some ids is to be removed. It stands in its place among
 * them, so that a replay of those before it comes to nothing. Its first byte is far from the numbers that the formats of
 * written data are given.
 *
 * @param ids what is to be removed, as the service that wrote it understands them
 */
public record PurgeRecord(List<String> ids) {

    private static final byte KIND = 'P';

    /** Copies the list. */
    public PurgeRecord {
        ids = List.copyOf(ids);
    }

    /** Whether these bytes are a purge, and not data. */
    public static boolean is(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == KIND;
    }

    /** What lies in the journal. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(KIND);
            for (String id : ids) {
                out.writeUTF(id);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("An id is too long to be written", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads {@link #toBytes} back.
     *
     * @param count how many ids there must be
     * @throws IllegalArgumentException where the bytes are of another form
     */
    public static PurgeRecord fromBytes(byte[] bytes, int count) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            var ids = new ArrayList<String>(count);
            for (int i = 0; i < count; i++) {
                ids.add(in.readUTF());
            }
            return new PurgeRecord(ids);
        } catch (IOException e) {
            throw new IllegalArgumentException("A purge cut short or malformed", e);
        }
    }
}
