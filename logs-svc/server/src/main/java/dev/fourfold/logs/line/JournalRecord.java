package dev.fourfold.logs.line;

import dev.fourfold.journal.PurgeRecord;
import dev.fourfold.logs.LogBatch;
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

    /** What lies in the journal. */
    byte[] toBytes();

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are of no known kind */
    static JournalRecord fromBytes(byte[] bytes) {
        return PurgeRecord.is(bytes)
                ? new Purge(PurgeRecord.fromBytes(bytes, 1).ids().getFirst())
                : new Lines(LogBatch.fromBytes(bytes));
    }
}
