package dev.fourfold.journal;

import java.time.Instant;

/** One record of the journal, as a {@link Drain} gets it. The payload is not copied: whoever gets it owns it. */
public final class Entry {
    private final long sequence;
    private final String key;
    private final byte[] payload;
    private final Instant appendedAt;

    public Entry(long sequence, String key, byte[] payload, Instant appendedAt) {
        this.sequence = sequence;
        this.key = key;
        this.payload = payload;
        this.appendedAt = appendedAt;
    }

    /** The record's number: greater means appended later. */
    public long sequence() {
        return sequence;
    }

    /** What the record belongs to, a run id for example. Records of one key are always applied in their order. */
    public String key() {
        return key;
    }

    public byte[] payload() {
        return payload;
    }

    /** When the record was appended, by the clock of the machine then. */
    public Instant appendedAt() {
        return appendedAt;
    }

    /** What the record counts for in every limit and figure given in bytes. */
    long weight() {
        return RecordLog.weight(key, payload.length);
    }

    @Override
    public String toString() {
        return "Entry[" + sequence + ", " + key + ", " + payload.length + " bytes]";
    }
}
