package dev.fourfold.logs.mongo;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the thread that writes wrote last: of each run its buckets with room and the chunk that names them, so that the next
 * batch need not read and unpack them. It is no more than a copy, and is trusted only while the run's head, which each batch
 * reads, is the one that was written with it: whoever else removes or adds lines changes that. Bounded in bytes; the runs
 * that were not written for longest go first.
 */
final class OpenRuns {

    private static final long MOST_BYTES = 64L << 20;

    /** After this a server that expires documents by itself may have taken some of them. */
    private static final Duration TRUSTED = Duration.ofMinutes(1);

    private static final long NANOS = TRUSTED.toNanos();

    private record Written(Bucket bucket, long atNanos) {

        private boolean isLongAgo() {
            return System.nanoTime() - atNanos > NANOS;
        }
    }

    private static final class OpenRun {

        private final Map<String, Written> buckets = new HashMap<>();
        private @Nullable RunIndex head;
        private RunIndex.@Nullable Chunk chunk;
        private long bytes;
    }

    private final LinkedHashMap<String, OpenRun> runs = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Forgets those of these runs whose head is not the one that was written. */
    void distrust(Collection<String> runIds, Map<String, RunIndex> heads) {
        for (String runId : runIds) {
            OpenRun run = runs.get(runId);
            if (run != null && (run.head == null || !run.head.saysTheSame(heads.get(runId)))) {
                remove(runId);
            }
        }
    }

    @Nullable
    Bucket bucket(String runId, String id) {
        OpenRun run = runs.get(runId);
        Written written = run == null ? null : run.buckets.get(id);
        return written == null || written.isLongAgo() ? null : written.bucket();
    }

    RunIndex.@Nullable Chunk chunk(String runId, int number) {
        OpenRun run = runs.get(runId);
        return run == null || run.chunk == null || run.chunk.number() != number ? null : run.chunk;
    }

    /** Takes what the store has now taken. */
    void keep(Collection<Bucket> buckets, Collection<RunIndex.Chunk> chunks, Collection<RunIndex> heads) {
        for (RunIndex head : heads) {
            OpenRun run = runs.computeIfAbsent(head.run(), _ -> new OpenRun());
            run.head = head;
        }
        for (RunIndex.Chunk chunk : chunks) {
            OpenRun run = runs.get(chunk.run());
            if (run != null && run.head != null && run.head.chunks().size() - 1 == chunk.number()) {
                run.chunk = chunk;
            }
        }
        for (Bucket bucket : buckets) {
            OpenRun run = runs.get(bucket.run());
            if (run != null) {
                if (bucket.hasRoom()) {
                    run.buckets.put(bucket.id(), new Written(bucket, System.nanoTime()));
                } else {
                    run.buckets.remove(bucket.id());
                }
            }
        }
        for (RunIndex head : heads) {
            OpenRun run = runs.get(head.run());
            if (run != null) {
                bytes -= run.bytes;
                run.bytes = (run.chunk == null ? 0 : run.chunk.bytesInMemory())
                        + run.buckets.values().stream()
                                .mapToLong(written -> written.bucket().bytesInMemory())
                                .sum();
                bytes += run.bytes;
            }
        }
        while (bytes > MOST_BYTES) {
            remove(runs.firstEntry().getKey());
        }
    }

    /** What was written is not sure, or the server may have forgotten it. */
    void forgetAll() {
        runs.clear();
        bytes = 0;
    }

    private void remove(String runId) {
        OpenRun run = runs.remove(runId);
        if (run != null) {
            bytes -= run.bytes;
        }
    }
}
