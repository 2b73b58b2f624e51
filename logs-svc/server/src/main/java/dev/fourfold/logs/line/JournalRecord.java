package dev.fourfold.logs.line;

import dev.fourfold.journal.PurgeRecord;
import dev.fourfold.logs.LogBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** What a record of the journal says. The first byte tells the kinds apart: that of lines is their format. */
sealed interface JournalRecord {

    /** Lines to be written; their bytes are those of {@link LogBatch#toBytes}. */
    record Lines(LogBatch batch) implements JournalRecord {

        @Override
        public byte[] toBytes() {
            return batch.toBytes();
        }
    }

    /** A run whose lines, written before this, are to be removed. */
    record Purge(String runId) implements JournalRecord {

        @Override
        public byte[] toBytes() {
            return new PurgeRecord(List.of(runId)).toBytes();
        }
    }

    /** A run whose buckets are to be removed that nothing was received for since a time. */
    record Sweep(String runId, Instant before) implements JournalRecord {

        private static final byte KIND = 'S';

        @Override
        public byte[] toBytes() {
            byte[] run = runId.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + Long.BYTES + run.length)
                    .put(KIND)
                    .putLong(before.toEpochMilli())
                    .put(run)
                    .array();
        }

        private static boolean is(byte[] bytes) {
            return bytes.length > 0 && bytes[0] == KIND;
        }

        private static Sweep fromBytes(byte[] bytes) {
            if (bytes.length < 1 + Long.BYTES) {
                throw new IllegalArgumentException("A sweep cut short");
            }
            var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
            var before = Instant.ofEpochMilli(in.getLong());
            return new Sweep(StandardCharsets.UTF_8.decode(in).toString(), before);
        }
    }

    /** What lies in the journal. */
    byte[] toBytes();

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are of no known kind */
    static JournalRecord fromBytes(byte[] bytes) {
        if (PurgeRecord.is(bytes)) {
            return new Purge(PurgeRecord.fromBytes(bytes, 1).ids().getFirst());
        }
        return Sweep.is(bytes) ? Sweep.fromBytes(bytes) : new Lines(LogBatch.fromBytes(bytes));
    }
}
