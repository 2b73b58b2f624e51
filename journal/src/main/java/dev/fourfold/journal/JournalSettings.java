package dev.fourfold.journal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a journal is kept.
 *
 * @param name what its threads and log lines are called by
 * @param folder where its files are: made if absent, with access for its owner alone, and locked while it is open
 * @param maxBytes how much it may hold before it refuses; the file is longer, for small records several times (README)
 * @param maxRecordBytes how long one payload may be
 * @param batchRecords how many records a drain gets at once
 * @param batchBytes how many bytes a drain gets at once, unless a single record is longer
 * @param durabilityLag how long after applying a record the store may still lose it in a crash: zero for a store that
 *     acknowledges what it has synced
 * @param appendLimit how long an append waits for the disk
 * @param closeLimit how long closing waits for the batch that is being applied
 * @param minBackoff the pause after the first refusal by the store; doubles up to {@code maxBackoff}, with jitter
 * @param maxBackoff the longest pause
 * @param gather how long after one batch the next one waits for company, unless a reader waits or there is a whole one:
 *     many small batches cost a store far more than few large ones
 * @param failpoint told where a crash would hurt
 */
public record JournalSettings(
        String name,
        Path folder,
        long maxBytes,
        int maxRecordBytes,
        int batchRecords,
        long batchBytes,
        Duration durabilityLag,
        Duration appendLimit,
        Duration closeLimit,
        Duration minBackoff,
        Duration maxBackoff,
        Duration gather,
        Failpoint failpoint) {

    public JournalSettings {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name is blank");
        }
        if (maxBytes < 1 || maxRecordBytes < 1 || batchRecords < 1 || batchBytes < 1) {
            throw new IllegalArgumentException("maxBytes, maxRecordBytes, batchRecords and batchBytes are at least 1");
        }
        if (durabilityLag.isNegative() || appendLimit.isNegative() || closeLimit.isNegative() || gather.isNegative()) {
            throw new IllegalArgumentException("durabilityLag, appendLimit, closeLimit and gather are not negative");
        }
        if (!minBackoff.isPositive() || maxBackoff.compareTo(minBackoff) < 0) {
            throw new IllegalArgumentException("0 < minBackoff <= maxBackoff");
        }
    }

    /** The defaults: 2 GiB held, records to 32 MiB, batches of 5,000 records or 8 MiB, a store that keeps what it took. */
    public static JournalSettings of(String name, Path folder) {
        return new JournalSettings(
                name,
                folder,
                2L << 30,
                32 << 20,
                5_000,
                8L << 20,
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ZERO,
                Failpoint.NONE);
    }

    public JournalSettings withMaxBytes(long bytes) {
        return new JournalSettings(
                name,
                folder,
                bytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                gather,
                failpoint);
    }

    public JournalSettings withMaxRecordBytes(int bytes) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                bytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                gather,
                failpoint);
    }

    public JournalSettings withBatch(int records, long bytes) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                records,
                bytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                gather,
                failpoint);
    }

    public JournalSettings withDurabilityLag(Duration lag) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                lag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                gather,
                failpoint);
    }

    public JournalSettings withLimits(Duration append, Duration close) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                append,
                close,
                minBackoff,
                maxBackoff,
                gather,
                failpoint);
    }

    public JournalSettings withBackoff(Duration min, Duration max) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                min,
                max,
                gather,
                failpoint);
    }

    public JournalSettings withFailpoint(Failpoint point) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                gather,
                point);
    }

    public JournalSettings withGather(Duration time) {
        return new JournalSettings(
                name,
                folder,
                maxBytes,
                maxRecordBytes,
                batchRecords,
                batchBytes,
                durabilityLag,
                appendLimit,
                closeLimit,
                minBackoff,
                maxBackoff,
                time,
                failpoint);
    }
}
