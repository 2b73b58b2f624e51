package dev.fourfold.journal;

import java.util.Arrays;

/**
 * Which records of one key are held, in order, so that a key that someone waits for can be applied before its turn. Kept
 * as gaps of seven bits a byte: one to three bytes a record. Changed only under the journal's lock; {@link #last} and
 * {@link #early} may be read without it.
 */
final class KeyRecords {
    private byte[] gaps = new byte[4];
    private int start;
    private int end;

    /** The sequence before the first one held. */
    private long before;

    private volatile long last;
    private volatile long early;

    /** The last record of the key; zero before the first. */
    long last() {
        return last;
    }

    /** Up to where the key's records were applied before their turn. */
    long early() {
        return early;
    }

    void applyEarly(long sequence) {
        early = sequence;
    }

    void forgetEarly() {
        early = 0;
    }

    boolean isEmpty() {
        return start == end;
    }

    void add(long sequence) {
        if (isEmpty()) {
            before = 0;
            last = 0;
        }
        var gap = sequence - last;
        if (end + 9 > gaps.length) {
            makeRoom();
        }
        for (; gap > 0x7F; gap >>>= 7) {
            gaps[end++] = (byte) ((gap & 0x7F) | 0x80);
        }
        gaps[end++] = (byte) gap;
        last = sequence;
    }

    /** The first records after a sequence, at most {@code limit}. */
    long[] after(long sequence, int limit) {
        var found = new long[Math.min(limit, end - start)];
        var count = 0;
        var at = start;
        var current = before;
        while (at < end && count < found.length) {
            var gap = 0L;
            var shift = 0;
            while (gaps[at] < 0) {
                gap |= (long) (gaps[at++] & 0x7F) << shift;
                shift += 7;
            }
            gap |= (long) gaps[at++] << shift;
            current += gap;
            if (current > sequence) {
                found[count++] = current;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Forgets the records up to a sequence. */
    void dropUpTo(long sequence) {
        while (start < end) {
            var gap = 0L;
            var shift = 0;
            var at = start;
            while (gaps[at] < 0) {
                gap |= (long) (gaps[at++] & 0x7F) << shift;
                shift += 7;
            }
            gap |= (long) gaps[at++] << shift;
            if (before + gap > sequence) {
                return;
            }
            before += gap;
            start = at;
        }
        gaps = new byte[4];
        start = 0;
        end = 0;
    }

    private void makeRoom() {
        var used = end - start;
        var target = used + 9 > gaps.length / 2 ? new byte[Math.max(16, gaps.length * 2)] : gaps;
        System.arraycopy(gaps, start, target, 0, used);
        gaps = target;
        start = 0;
        end = used;
    }
}
