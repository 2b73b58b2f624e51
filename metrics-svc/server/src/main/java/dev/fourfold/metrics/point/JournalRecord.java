package dev.fourfold.metrics.point;

import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a record of the journal says. The first byte tells the kinds apart: that of points is their format. */
sealed interface JournalRecord {

    /** Far from the numbers that formats of points are given. */
    byte PURGE = 'P';

    /** Points to be written; their bytes are those of {@link PointBatch#toBytes}. */
    record Points(PointBatch batch) implements JournalRecord {

        @Override
        public byte[] toBytes() {
            return batch.toBytes();
        }
    }

    /** A run whose points, written before this, are to be removed. */
    record Purge(RunRef run) implements JournalRecord {

        @Override
        public byte[] toBytes() {
            var bytes = new ByteArrayOutputStream();
            try (var out = new DataOutputStream(bytes)) {
                out.writeByte(PURGE);
                out.writeUTF(run.experimentId());
                out.writeUTF(run.runId());
            } catch (IOException e) {
                throw new UncheckedIOException("An id is too long to be written", e);
            }
            return bytes.toByteArray();
        }
    }

    /** What lies in the journal. */
    byte[] toBytes();

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are of no known kind */
    static JournalRecord fromBytes(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != PURGE) {
            return new Points(PointBatch.fromBytes(bytes));
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            return new Purge(new RunRef(in.readUTF(), in.readUTF()));
        } catch (IOException e) {
            throw new IllegalArgumentException("A purge cut short or malformed", e);
        }
    }
}
