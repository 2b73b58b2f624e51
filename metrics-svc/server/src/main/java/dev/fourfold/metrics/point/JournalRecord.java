package dev.fourfold.metrics.point;

import dev.fourfold.journal.PurgeRecord;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import java.util.List;

/** What a record of the journal says. The first byte tells the kinds apart: that of points is their format. */
sealed interface JournalRecord {

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
            return new PurgeRecord(List.of(run.experimentId(), run.runId())).toBytes();
        }
    }

    /** What lies in the journal. */
    byte[] toBytes();

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are of no known kind */
    static JournalRecord fromBytes(byte[] bytes) {
        if (!PurgeRecord.is(bytes)) {
            return new Points(PointBatch.fromBytes(bytes));
        }
        var ids = PurgeRecord.fromBytes(bytes, 2).ids();
        return new Purge(new RunRef(ids.getFirst(), ids.getLast()));
    }
}
