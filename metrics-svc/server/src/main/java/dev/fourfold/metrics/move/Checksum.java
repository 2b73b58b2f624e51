package dev.fourfold.metrics.move;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.PointOrder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Counts points and sums a hash of each: of key, timestamp, step and the bits of the value, with one zero and one NaN, as
 * equal values are one point. A sum does not depend on order, so the histories of a run can be read one after the other.
 */
final class Checksum {

    private long points;
    private long sum;

    /** The hash of a key, for {@link #add}. */
    static long ofKey(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    void add(long keyHash, Point point) {
        points++;
        long hash = mix(keyHash + point.timestampMillis());
        hash = mix(hash + point.step());
        sum += mix(hash + PointOrder.canonicalBits(point.value()));
    }

    Compared.Tally tally() {
        return new Compared.Tally(points, sum);
    }

    /** The finisher of SplitMix64: a bijection in which each bit of the input changes about half of the output's. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
